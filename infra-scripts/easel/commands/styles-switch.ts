/**
 * `easel styles off` and `easel styles on`: whether a style is listed and taken in.
 */
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { given, REASON } from '../operator-options.ts';
import { type AdminStyleAnswer, lookAt, stylePath } from '../style-text.ts';

const shared = { keyKind: 'admin', takes: 'ID', counts: [1, 1], options: { reason: REASON } } as const;

export const stylesOff: Command = {
  ...shared,
  name: 'styles off',
  summary: 'sell a style no longer; what was submitted is drawn',
  examples: ['easel styles off charcoal --reason "Its pictures are too dark."'],
  run: call => turn(call, false),
};

export const stylesOn: Command = {
  ...shared,
  name: 'styles on',
  summary: 'sell a style again',
  examples: ['easel styles on charcoal'],
  run: call => turn(call, true),
};

async function turn(call: Call, enabled: boolean): Promise<ExitCode> {
  const { client, out, json, options } = call;
  const { ifMatch } = await lookAt(call);
  const body = given({ enabled, reason: options.text('reason') });
  const style = await client.json<AdminStyleAnswer>('PATCH', stylePath(call), { body, ifMatch });
  out.line(json ? JSON.stringify(style, null, 2) : `${style.id}  ${style.enabled ? 'on' : 'off'}`);
  return EXIT.ok;
}
