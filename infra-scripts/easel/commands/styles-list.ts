/**
 * `easel styles list`: all styles as operators see them; `easel styles` shows a shop what it can ask for.
 */
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { type AdminStyleAnswer, listLines, STYLES_PATH } from '../style-text.ts';

export const stylesList: Command = {
  name: 'styles list',
  summary: 'list all styles with version, draft, model, print size and price',
  keyKind: 'admin',
  takes: '',
  counts: [0, 0],
  options: {},
  examples: ['easel styles list', "easel styles list --json | jq -r '.styles[] | select(.draft) | .id'"],
  run: listStyles,
};

async function listStyles(call: Call): Promise<ExitCode> {
  const answer = await call.client.json<{ styles: readonly AdminStyleAnswer[] }>('GET', STYLES_PATH);
  const lines = call.json ? [JSON.stringify(answer, null, 2)] : listLines(answer.styles, call);
  for (const line of lines) call.out.line(line);
  return EXIT.ok;
}
