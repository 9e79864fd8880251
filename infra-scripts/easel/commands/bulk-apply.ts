/**
 * `easel bulk apply`: begins what was planned; `easel bulk watch` shows how it goes on.
 */
import type { BulkAnswer } from '../admin-answers.ts';
import { bulkLines, bulkPath } from '../bulk-text.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { given, needed } from '../operator-options.ts';

export const bulkApply: Command = {
  name: 'bulk apply',
  summary: 'do what was planned, at a pace',
  keyKind: 'admin',
  takes: 'ID',
  counts: [1, 1],
  options: {
    token: { value: 'token', help: 'that the plan printed' },
    rate: { value: 'n', help: 'jobs a second (default: 5, at most 50)' },
  },
  notes: [
    '--token is needed. It goes on by itself, whatever becomes of this terminal, and survives restarts; pressing it twice',
    'does nothing twice. Jobs that are tried again wait in the bulk queue, behind those of shoppers.',
  ],
  examples: ['easel bulk apply blk_01m83fz1q3zzctwn61v8nq048z --token TOKEN --rate 10'],
  run: applyBulk,
};

async function applyBulk(call: Call): Promise<ExitCode> {
  const { client, args, out, json, options } = call;
  const body = given({ token: needed(call, 'token', bulkApply), ratePerSecond: options.integer('rate', 1) });
  const action = await client.json<BulkAnswer>('POST', `${bulkPath(args)}/apply`, { body });
  for (const line of json ? [JSON.stringify(action, null, 2)] : bulkLines(action, call)) out.line(line);
  return EXIT.ok;
}
