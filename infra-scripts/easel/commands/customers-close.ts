/**
 * `easel customers close`: says that what is held of a customer was handed on.
 */
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { given, REASON } from '../operator-options.ts';
import { type PrivacyAnswer, requestLines, requestPath } from '../privacy-text.ts';

export const customersClose: Command = {
  name: 'customers close',
  summary: 'say that what is held of a customer was handed on',
  keyKind: 'admin',
  takes: 'ID',
  counts: [1, 1],
  options: { reason: REASON },
  notes: ['The request then forgets whose it was. An erasure ends by itself and cannot be closed.'],
  examples: ['easel customers close prv_01m83fz1q3zzctwn61v8nq048z --reason "Sent by the shop."'],
  run: closeRequest,
};

async function closeRequest({ client, args, options, json, out }: Call): Promise<ExitCode> {
  const body = given({ reason: options.text('reason') });
  const request = await client.json<PrivacyAnswer>('POST', `${requestPath(args[0] ?? '')}/close`, { body });
  for (const line of json ? [JSON.stringify(request)] : requestLines(request)) out.line(line);
  return EXIT.ok;
}
