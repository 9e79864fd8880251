/**
 * `easel ceiling clear`: as many jobs at once as set up.
 */
import type { CeilingAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { CEILING_PATH, ceilingLines } from '../model-text.ts';
import { queryText, REASON } from '../operator-options.ts';

export const ceilingClear: Command = {
  name: 'ceiling clear',
  summary: 'work on as many jobs at once as set up',
  keyKind: 'admin',
  takes: '',
  counts: [0, 0],
  options: { reason: REASON },
  examples: ['easel ceiling clear --reason "It is well again."'],
  run: clearCeiling,
};

async function clearCeiling(call: Call): Promise<ExitCode> {
  const { client, out, json, options } = call;
  const ceiling = await client.json<CeilingAnswer>(
    'DELETE',
    `${CEILING_PATH}${queryText({ reason: options.text('reason') })}`,
  );
  for (const line of json ? [JSON.stringify(ceiling, null, 2)] : ceilingLines(ceiling, call)) out.line(line);
  return EXIT.ok;
}
