/**
 * `easel ceiling set`: fewer jobs at once.
 */
import type { CeilingAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode, usageFault } from '../faults.ts';
import { CEILING_PATH, ceilingLines } from '../model-text.ts';
import { needed, REASON, UNTIL, untilOf } from '../operator-options.ts';

export const ceilingSet: Command = {
  name: 'ceiling set',
  summary: 'work on fewer jobs at once for a time',
  keyKind: 'admin',
  takes: 'SLOTS',
  counts: [1, 1],
  options: { reason: REASON, until: UNTIL },
  notes: ["SLOTS is how many in each worker's process; --reason and --until are needed, at most 7 days ahead."],
  examples: ['easel ceiling set 2 --reason "The provider answers 429 to everything." --until 2h'],
  run: setCeiling,
};

async function setCeiling(call: Call): Promise<ExitCode> {
  const { client, args, out, json } = call;
  const [text = ''] = args;
  if (!/^[1-9]\d{0,3}$/.test(text)) throw usageFault(`SLOTS: expected a number such as 2, got "${text}".`);
  needed(call, 'until', ceilingSet);
  const body = { slots: Number(text), reason: needed(call, 'reason', ceilingSet), until: untilOf(call) };
  const ceiling = await client.json<CeilingAnswer>('PUT', CEILING_PATH, { body });
  for (const line of json ? [JSON.stringify(ceiling, null, 2)] : ceilingLines(ceiling, call)) out.line(line);
  return EXIT.ok;
}
