/**
 * `easel styles order`: the order in which shoppers see the styles.
 */
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { given, REASON } from '../operator-options.ts';
import { type AdminStyleAnswer, listLines, STYLES_PATH } from '../style-text.ts';

export const stylesOrder: Command = {
  name: 'styles order',
  summary: 'put styles first in the list, in this order',
  keyKind: 'admin',
  takes: 'ID…',
  counts: [1, Number.POSITIVE_INFINITY],
  options: { reason: REASON },
  notes: ['Those that are not named follow in the order that they have.'],
  examples: ['easel styles order charcoal ink-wash'],
  run: order,
};

async function order(call: Call): Promise<ExitCode> {
  const { client, args, out, json, options } = call;
  const { styles } = await client.json<{ styles: readonly AdminStyleAnswer[] }>('GET', STYLES_PATH);
  const others = styles.map(({ id }) => id).filter(id => !args.includes(id));
  const body = given({ ids: [...new Set(args), ...others], reason: options.text('reason') });
  const answer = await client.json<{ styles: readonly AdminStyleAnswer[] }>('PUT', `${STYLES_PATH}/order`, { body });
  for (const line of json ? [JSON.stringify(answer, null, 2)] : listLines(answer.styles, call)) out.line(line);
  return EXIT.ok;
}
