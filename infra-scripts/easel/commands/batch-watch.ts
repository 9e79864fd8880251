/**
 * `easel batch watch`: follows a batch until it is done. On a terminal a bar that grows, in a pipe a line a change.
 */
import { type BatchAnswer, batchPath } from '../batch-answers.ts';
import { type Begun, endedOf, exitCodeOfBatch, invalidLines, progressText } from '../batch-text.ts';
import type { Call, Command } from '../command.ts';
import type { ExitCode } from '../faults.ts';
import { followBatch } from '../follow-batch.ts';
import { checkIds } from '../several-jobs.ts';

/** Erases the line and goes to its beginning (ECMA-48: EL, CR). */
const AGAIN = '\u001b[2K\r';

export const batchWatch: Command = {
  name: 'batch watch',
  summary: 'follow a batch until it is done',
  takes: 'ID',
  counts: [1, 1],
  options: {},
  notes: [
    'Shows what is done, what has failed, what it costs, and how long the rest will take at the pace since the watching',
    'began. Exit code 0 when every item has a picture, else 1. With --json one line for each change. Ctrl-C ends the',
    'watching, not the batch.',
  ],
  examples: ['easel batch watch batch_01m83fj6n4c2b0zeaqh3rkcwez', 'easel batch watch ID && easel batch download ID'],
  run: watchBatch,
};

async function watchBatch({ client, args, out, err, json, now, signal }: Call): Promise<ExitCode> {
  const [id = ''] = checkIds(args);
  let batch = await client.json<BatchAnswer>('GET', batchPath(id));
  const begun: Begun = { atMs: now(), ended: endedOf(batch) };
  let told = '';
  for await (batch of followBatch(client, batch, { signal })) {
    const text = json ? JSON.stringify(batch) : progressText(batch, begun, now());
    const known = json ? text : `${batch.status} ${JSON.stringify([batch.counts, batch.paused])}`;
    if (!json && out.isTerminal) out.write(`${AGAIN}${text.slice(0, out.columns() - 1)}`);
    else if (known !== told) out.line(text);
    told = known;
  }
  if (!json && out.isTerminal) out.line();
  if (!json && batch.rejected) err.line(batch.rejected.message);
  if (!json) for (const line of invalidLines(batch)) err.line(line);
  return exitCodeOfBatch(batch);
}
