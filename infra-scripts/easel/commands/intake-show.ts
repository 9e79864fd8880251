/**
 * `easel intake show`: whether new jobs are taken in.
 */
import type { Call, Command } from '../command.ts';
import type { ExitCode } from '../faults.ts';
import { INTAKE_PATH, printIntake } from '../operator-text.ts';

export const intakeShow: Command = {
  name: 'intake show',
  summary: 'show whether jobs are taken in',
  keyKind: 'admin',
  direct: true,
  takes: '',
  counts: [0, 0],
  options: {},
  examples: ['easel intake show', "easel intake show --json | jq '.open'"],
  run: showIntake,
};

async function showIntake(call: Call): Promise<ExitCode> {
  return printIntake(call, await call.client.json('GET', INTAKE_PATH));
}
