/**
 * `easel styles edit`: writes the draft of a style, from options, from a file, or in the editor.
 */
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode, Fault } from '../faults.ts';
import { given, REASON } from '../operator-options.ts';
import { editedFields, fieldsOf, STYLE_OPTIONS } from '../style-options.ts';
import { type AdminStyleAnswer, changeLines, lookAt, stylePath } from '../style-text.ts';

export const stylesEdit: Command = {
  name: 'styles edit',
  summary: 'write the draft of a style',
  keyKind: 'admin',
  takes: 'ID',
  counts: [1, 1],
  options: { ...STYLE_OPTIONS, reason: REASON },
  notes: [
    'What is sold stays as it is. Without an option the draft is opened in $VISUAL or $EDITOR. It is bound to the style as',
    'it was just seen: should somebody else have changed it meanwhile, nothing is overwritten.',
  ],
  examples: [
    'easel styles edit charcoal',
    'easel styles edit charcoal --prompt-file bolder.txt --reason "More contrast."',
    'easel styles edit charcoal --model gemini-nano-banana-2.1 --size 4K',
  ],
  run: editStyle,
};

async function editStyle(call: Call): Promise<ExitCode> {
  const { client, out, json, options } = call;
  const { style, ifMatch } = await lookAt(call);
  const content = style.draft ?? style.active;
  if (!content) throw new Fault(EXIT.refused, `"${style.id}" has neither a version nor a draft.`);
  const named = await fieldsOf(call);
  const fields = Object.keys(named).length > 0 ? named : await editedFields(call, content);
  const body = given({ ...fields, reason: options.text('reason') });
  const edited = await client.json<AdminStyleAnswer>('PATCH', `${stylePath(call)}/draft`, { body, ifMatch });
  if (json) out.line(JSON.stringify(edited, null, 2));
  else for (const line of told(edited, call)) out.line(line);
  return EXIT.ok;
}

function told({ id, active, draft }: AdminStyleAnswer, call: Call): string[] {
  const changes = draft ? changeLines(active, draft, call) : [];
  if (changes.length === 0) return ['The draft is what is sold; there is nothing to publish.'];
  return [...changes, '', `Not sold yet. Next: easel styles try ${id} PHOTO, easel styles publish ${id}`];
}
