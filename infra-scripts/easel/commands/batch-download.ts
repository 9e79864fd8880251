/**
 * `easel batch download`: saves the pictures of a batch. Cut off and called again it goes on, and skips what is there.
 */
import pLimit from 'p-limit';
import { type BatchAnswer, batchPath, type ResultAnswer } from '../batch-answers.ts';
import type { Call, Command } from '../command.ts';
import { faultLines } from '../fault-text.ts';
import { EXIT, type ExitCode, type Fault, gravest } from '../faults.ts';
import { asFault } from '../file-fault.ts';
import { prepareDirectory } from '../picture-file.ts';
import { resultsOf, saveResult } from '../save-results.ts';
import { checkIds } from '../several-jobs.ts';
import { harmless } from '../text-width.ts';

const LOADING_MAX = 4;

export const batchDownload: Command = {
  name: 'batch download',
  summary: 'save the pictures of a batch',
  takes: 'ID',
  counts: [1, 1],
  options: { out: { value: 'dir', help: 'where to save (default: here); made if need be' } },
  notes: [
    'Prints the path of each picture. A file is named after its item, appears when it is whole, and is not loaded again',
    'while it is there. Of a batch that goes on it saves what is done: call it again later. Exit code 1 when an item has',
    'ended without a picture. With --json one line for each item: "file" and "skipped" beside the members of the result.',
  ],
  examples: ['easel batch download ID --out pictures'],
  run: downloadBatch,
};

type Tally = { saved: number; skipped: number; without: number };

async function downloadBatch(call: Call): Promise<ExitCode> {
  const { client, args, options, err, json, now } = call;
  const [id = ''] = checkIds(args);
  const batch = await client.json<BatchAnswer>('GET', batchPath(id));
  const directory = options.text('out') ?? '.';
  await prepareDirectory(directory);
  const tally: Tally = { saved: 0, skipped: 0, without: 0 };
  const faults: Fault[] = [];
  const limit = pLimit(LOADING_MAX);
  for await (const results of resultsOf(client, id)) {
    await Promise.all(
      results.map(result =>
        limit(() =>
          saveOne(call, { result, batch, directory, tally }).catch((error: unknown) => {
            const fault = asFault(error);
            if (fault.exitCode === EXIT.unreachable || fault.exitCode === EXIT.interrupted) throw fault;
            faults.push(fault);
            const [first = ''] = faultLines(fault, { paint: err.paint, nowMs: now() });
            err.line(`${harmless(result.customId ?? result.jobId)}: ${first}`);
          }),
        ),
      ),
    );
  }
  const { saved, skipped, without } = tally;
  const goesOn = batch.done ? '' : `; the batch goes on: easel batch watch ${id}`;
  if (!json) err.line(err.paint.dim(`${saved} saved, ${skipped} there before, ${without} without a picture${goesOn}`));
  else if (!batch.done) err.line(JSON.stringify({ title: 'The batch goes on.', id }));
  return gravest([...faults.map(({ exitCode }) => exitCode), without > 0 ? EXIT.noPicture : EXIT.ok]);
}

async function saveOne(
  { client, out, json, signal }: Call,
  { result, batch, directory, tally }: { result: ResultAnswer; batch: BatchAnswer; directory: string; tally: Tally },
): Promise<void> {
  signal.throwIfAborted();
  const { output } = result;
  if (!output) {
    tally.without++;
    if (json) out.line(JSON.stringify(result));
    return;
  }
  const { file, skipped } = await saveResult(client, directory, { result: { ...result, output }, kind: batch.kind });
  if (skipped) tally.skipped++;
  else tally.saved++;
  if (json) out.line(JSON.stringify({ ...result, file, skipped }));
  else out.line(file);
}
