/**
 * `easel batch show`: everything that the API tells about one batch.
 */
import { type BatchAnswer, batchPath } from '../batch-answers.ts';
import { batchBlock } from '../batch-text.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { checkIds } from '../several-jobs.ts';

export const batchShow: Command = {
  name: 'batch show',
  summary: 'show a batch: how its jobs stand, what it costs, what was not valid',
  takes: 'ID',
  counts: [1, 1],
  options: {},
  notes: ['Counts are at most two seconds old.'],
  examples: ['easel batch show ID', 'easel batch show ID --json | jq .counts'],
  run: showBatch,
};

async function showBatch({ client, args, out, json, now }: Call): Promise<ExitCode> {
  const [id = ''] = checkIds(args);
  const batch = await client.json<BatchAnswer>('GET', `${batchPath(id)}`);
  if (json) out.line(JSON.stringify(batch, null, 2));
  else for (const line of batchBlock(batch, { paint: out.paint, nowMs: now() })) out.line(line);
  return EXIT.ok;
}
