/**
 * `easel intake close`: no new jobs. Asks first, for every shopper notices.
 */
import type { Call, Command } from '../command.ts';
import type { ExitCode } from '../faults.ts';
import { makeSure, YES } from '../make-sure.ts';
import { given, needed, REASON, UNTIL, untilOf } from '../operator-options.ts';
import { INTAKE_PATH, printIntake } from '../operator-text.ts';

export const intakeClose: Command = {
  name: 'intake close',
  summary: 'take no jobs in',
  keyKind: 'admin',
  direct: true,
  takes: '',
  counts: [0, 0],
  options: { reason: REASON, message: { value: 'text', help: 'what callers read' }, until: UNTIL, yes: YES },
  notes: [
    '--reason is needed. Jobs that were taken in go on; "easel queues pause" stops those. Without --until intake stays',
    'closed until somebody opens it.',
  ],
  examples: ['easel intake close --reason "The printer is broken." --message "Back at noon." --until 12:00'],
  run: closeIntake,
};

async function closeIntake(call: Call): Promise<ExitCode> {
  const reason = needed(call, 'reason', intakeClose);
  const body = given({ reason, message: call.options.text('message'), until: untilOf(call) });
  await makeSure(call, {
    question: 'Refuse all new jobs?',
    risk: 'All new jobs will be refused',
    kept: 'Intake was not closed.',
  });
  return printIntake(call, await call.client.json('PUT', INTAKE_PATH, { body }));
}
