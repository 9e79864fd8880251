/**
 * `easel batch retry`: opens failed or expired jobs of a batch again, each twice at most.
 */
import { type BatchAnswer, batchPath } from '../batch-answers.ts';
import { batchBlock } from '../batch-text.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { checkIds } from '../several-jobs.ts';

export const batchRetry: Command = {
  name: 'batch retry',
  summary: 'draw the failed items of a batch again',
  takes: 'ID',
  counts: [1, 1],
  options: {
    only: { value: 'status', multiple: true, help: 'failed or expired; several times for both' },
    code: { value: 'code', multiple: true, help: 'only those that ended with this code, such as overloaded' },
  },
  notes: ['Without options all that failed or expired; what was blocked or given up stays.'],
  examples: ['easel batch retry ID', 'easel batch retry ID --only failed --code overloaded && easel batch watch ID'],
  run: retryBatch,
};

async function retryBatch({ client, args, options, out, json, now }: Call): Promise<ExitCode> {
  const [id = ''] = checkIds(args);
  const [only, codes] = [options.texts('only'), options.texts('code')];
  const body = { ...(only.length > 0 ? { only } : {}), ...(codes.length > 0 ? { codes } : {}) };
  const batch = await client.json<BatchAnswer>('POST', `${batchPath(id)}/retry`, { body });
  if (json) out.line(JSON.stringify(batch, null, 2));
  else for (const line of batchBlock(batch, { paint: out.paint, nowMs: now() })) out.line(line);
  return EXIT.ok;
}
