/**
 * `easel intake open`: new jobs are taken in again.
 */
import type { Call, Command } from '../command.ts';
import type { ExitCode } from '../faults.ts';
import { queryText, REASON } from '../operator-options.ts';
import { INTAKE_PATH, printIntake } from '../operator-text.ts';

export const intakeOpen: Command = {
  name: 'intake open',
  summary: 'take jobs in again',
  keyKind: 'admin',
  takes: '',
  counts: [0, 0],
  options: { reason: REASON },
  examples: ['easel intake open', 'easel intake open --reason "The printer works again."'],
  run: openIntake,
};

async function openIntake(call: Call): Promise<ExitCode> {
  const query = queryText({ reason: call.options.text('reason') });
  return printIntake(call, await call.client.json('DELETE', `${INTAKE_PATH}${query}`));
}
