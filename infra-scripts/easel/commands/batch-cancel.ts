/**
 * `easel batch cancel`: gives a batch up. What is being drawn ends some seconds later.
 */
import { type BatchAnswer, batchPath } from '../batch-answers.ts';
import { batchBlock } from '../batch-text.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { checkIds } from '../several-jobs.ts';

export const batchCancel: Command = {
  name: 'batch cancel',
  summary: 'give up what of a batch has not ended',
  takes: 'ID',
  counts: [1, 1],
  options: {},
  notes: ['Queued jobs end, running ones are stopped, and what is drawn stays. A batch that is done stays as it is.'],
  examples: ['easel batch cancel ID'],
  run: cancelBatch,
};

async function cancelBatch({ client, args, out, json, now }: Call): Promise<ExitCode> {
  const [id = ''] = checkIds(args);
  const batch = await client.json<BatchAnswer>('POST', `${batchPath(id)}/cancel`);
  if (json) out.line(JSON.stringify(batch, null, 2));
  else for (const line of batchBlock(batch, { paint: out.paint, nowMs: now() })) out.line(line);
  return EXIT.ok;
}
