/**
 * Where the fields of a style come from: options, a file, or the editor of the person at the keyboard.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Call, OptionSpecs } from './command.ts';
import { EXIT, Fault, usageFault } from './faults.ts';
import { given } from './operator-options.ts';
import { parseStyleFile, readStyleFile, type StyleFields, styleFile } from './style-file.ts';
import type { StyleContentAnswer } from './style-text.ts';

export const STYLE_OPTIONS: OptionSpecs = {
  file: { value: 'file', help: 'a file with the fields, as "styles show ID --text" prints it, or JSON' },
  label: { value: 'text', help: 'what shoppers read' },
  description: { value: 'text', help: 'what shoppers read below it' },
  prompt: { value: 'text', help: 'what the model reads' },
  'prompt-file': { value: 'file', help: 'the same, from a file' },
  model: { value: 'model', help: 'of the catalogue, or default' },
  size: { value: 'size', help: 'such as 1K; the model has to draw it' },
  'aspect-ratio': { value: 'w:h', help: 'such as 4:5; the model has to draw it' },
  'min-side': { value: 'px', help: 'pixels that a photo needs on its shorter side' },
  pool: { value: 'named|custom', help: 'the quota that a picture counts against' },
};

/** What options and file say; options win. Empty where neither says anything. */
export async function fieldsOf({ options }: Pick<Call, 'options'>): Promise<StyleFields> {
  const [file, prompt, promptFile] = ['file', 'prompt', 'prompt-file'].map(name => options.text(name));
  if (prompt !== undefined && promptFile !== undefined)
    throw usageFault('--prompt and --prompt-file do not go together.');
  const named = given({
    label: options.text('label'),
    description: options.text('description'),
    prompt: promptFile === undefined ? prompt : (await readFile(promptFile, 'utf8')).trim(),
    model: options.text('model'),
    size: options.text('size'),
    aspectRatio: options.text('aspect-ratio'),
    minSidePx: options.integer('min-side', 1),
    pool: options.text('pool'),
  });
  return { ...(file === undefined ? {} : await readStyleFile(file)), ...named } as StyleFields;
}

/** What the person makes of it in their editor. Throws a usage fault where nobody is there. */
export async function editedFields({ ask, env, err }: Call, content: StyleContentAnswer): Promise<StyleFields> {
  if (!ask)
    throw usageFault('"styles edit" needs something to change.', '"easel help styles edit" lists what there is.');
  const editor = env.VISUAL || env.EDITOR || 'vi';
  const directory = await mkdtemp(join(tmpdir(), 'easel-style-'));
  const path = join(directory, 'style.txt');
  try {
    const before = styleFile(content);
    await writeFile(path, before, { mode: 0o600 });
    err.line(`Opening ${editor}; save and leave it to write the draft.`);
    await runEditor(editor, path);
    const after = await readFile(path, 'utf8');
    if (after === before) throw new Fault(EXIT.interrupted, 'Nothing was changed.');
    return parseStyleFile(after, path);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** As git does: the setting may hold options of the editor, so a shell takes it apart. */
function runEditor(editor: string, path: string): Promise<void> {
  const child = spawn('sh', ['-c', `${editor} "$1"`, 'sh', path], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', code => {
      if (code === 0) resolve();
      else reject(new Fault(EXIT.interrupted, `${editor} ended with ${code}; nothing was changed.`));
    });
  });
}
