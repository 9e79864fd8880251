/**
 * `easel bulk abort`: stops a bulk action where it is.
 */
import type { BulkAnswer } from '../admin-answers.ts';
import { bulkLines, bulkPath } from '../bulk-text.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { given, REASON } from '../operator-options.ts';

export const bulkAbort: Command = {
  name: 'bulk abort',
  summary: 'stop a bulk action; what is done stays done',
  keyKind: 'admin',
  takes: 'ID',
  counts: [1, 1],
  options: { reason: REASON },
  examples: ['easel bulk abort blk_01m83fz1q3zzctwn61v8nq048z --reason "It fails again."'],
  run: abortBulk,
};

async function abortBulk(call: Call): Promise<ExitCode> {
  const { client, args, out, json, options } = call;
  const body = given({ reason: options.text('reason') });
  const action = await client.json<BulkAnswer>('POST', `${bulkPath(args)}/abort`, { body });
  for (const line of json ? [JSON.stringify(action, null, 2)] : bulkLines(action, call)) out.line(line);
  return EXIT.ok;
}
