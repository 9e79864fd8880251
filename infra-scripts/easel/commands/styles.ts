/**
 * `easel styles`: what can be asked for with `--style`.
 */
import type { StyleAnswer } from '../answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { tableLines } from '../table.ts';

export const styles: Command = {
  name: 'styles',
  summary: 'list the styles to choose from',
  takes: '',
  counts: [0, 0],
  options: {},
  examples: ['easel styles', "easel styles --json | jq -r '.styles[].id'"],
  run: listStyles,
};

async function listStyles({ client, out, json }: Call): Promise<ExitCode> {
  const answer = await client.json<{ styles: readonly StyleAnswer[] }>('GET', '/v1/styles');
  if (json) {
    out.line(JSON.stringify(answer, null, 2));
    return EXIT.ok;
  }
  const lines = tableLines<StyleAnswer>(
    [
      { title: 'STYLE', of: ({ id }) => id, paint: out.paint.bold },
      { title: 'SHAPE', of: ({ aspectRatio }) => aspectRatio },
      { title: 'SIZE', of: ({ size }) => size },
      { title: 'QUOTA', of: ({ pool }) => pool },
      { title: 'DESCRIPTION', of: ({ description }) => description, shrinksTo: 20 },
    ],
    answer.styles,
    { width: out.columns(), paintTitle: out.paint.dim },
  );
  for (const line of lines) out.line(line);
  return EXIT.ok;
}
