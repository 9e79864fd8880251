/**
 * `easel styles discard`: gives the draft of a style up, or a style that was never published.
 */
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { makeSure, YES } from '../make-sure.ts';
import { given, REASON } from '../operator-options.ts';
import { lookAt, printStyle, stylePath } from '../style-text.ts';

export const stylesDiscard: Command = {
  name: 'styles discard',
  summary: 'give the draft of a style up; one that was never published goes with it',
  keyKind: 'admin',
  takes: 'ID',
  counts: [1, 1],
  options: { reason: REASON, yes: YES },
  examples: ['easel styles discard charcoal', 'easel styles discard linocut --yes'],
  run: discard,
};

async function discard(call: Call): Promise<ExitCode> {
  const { client, out, json, options } = call;
  const { style, ifMatch } = await lookAt(call);
  const body = given({ reason: options.text('reason') });
  await makeSure(call, {
    question: style.version === 0 ? `Remove the style ${style.id}?` : `Give the draft of ${style.id} up?`,
    risk: 'The words of a draft are kept nowhere else',
    kept: 'Nothing was changed.',
  });
  if (style.version === 0) {
    await client.reply('DELETE', stylePath(call), { body, ifMatch });
    out.line(json ? JSON.stringify({ id: style.id, removed: true }) : `${style.id}  removed`);
  } else printStyle(call, await client.json('DELETE', `${stylePath(call)}/draft`, { body, ifMatch }));
  return EXIT.ok;
}
