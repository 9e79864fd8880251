/**
 * `easel styles show`: what is sold of a style and what is prepared; its versions; or a text to edit.
 */
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode, Fault } from '../faults.ts';
import { styleFile } from '../style-file.ts';
import { lookAt, printStyle, type StyleVersionAnswer, stylePath } from '../style-text.ts';
import { tableLines } from '../table.ts';
import { momentText } from '../time-text.ts';

export const stylesShow: Command = {
  name: 'styles show',
  summary: 'show a style: what is sold, what is prepared, or its versions',
  keyKind: 'admin',
  takes: 'ID',
  counts: [1, 1],
  options: {
    text: { help: 'the draft, or what is sold, as a file for "styles edit --file"' },
    versions: { help: 'all that were published, newest first' },
  },
  examples: [
    'easel styles show charcoal',
    'easel styles show charcoal --versions',
    'easel styles show charcoal --text > charcoal.txt',
  ],
  run: showStyle,
};

async function showStyle(call: Call): Promise<ExitCode> {
  if (call.options.flag('versions')) return showVersions(call);
  const { style } = await lookAt(call);
  if (!call.options.flag('text')) {
    printStyle(call, style);
    return EXIT.ok;
  }
  const content = style.draft ?? style.active;
  if (!content) throw new Fault(EXIT.refused, `"${style.id}" has neither a version nor a draft.`);
  call.out.write(styleFile(content));
  return EXIT.ok;
}

async function showVersions(call: Call): Promise<ExitCode> {
  const { client, out, json, now } = call;
  const answer = await client.json<{ versions: readonly StyleVersionAnswer[] }>('GET', `${stylePath(call)}/versions`);
  const lines = tableLines<StyleVersionAnswer>(
    [
      { title: 'VERSION', of: ({ version }) => String(version), right: true, paint: out.paint.bold },
      {
        title: 'PUBLISHED',
        of: ({ publishedAt }) => (publishedAt ? momentText(Date.parse(publishedAt), now()) : 'from the start'),
      },
      { title: 'BY', of: ({ publishedBy = '' }) => publishedBy },
      { title: 'RESTORES', of: ({ restores }) => (restores === undefined ? '' : String(restores)) },
      { title: 'MODEL', of: ({ drawnBy = 'none' }) => drawnBy },
      { title: 'SIZE', of: ({ size, aspectRatio }) => `${size} ${aspectRatio}` },
      { title: 'LABEL', of: ({ label }) => label, shrinksTo: 12 },
    ],
    answer.versions,
    { width: out.columns(), paintTitle: out.paint.dim },
  );
  for (const line of json ? [JSON.stringify(answer, null, 2)] : lines) out.line(line);
  return EXIT.ok;
}
