/**
 * `easel styles create`: a new style with a draft alone; nobody is sold it before it is published.
 */
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode, usageFault } from '../faults.ts';
import { given, REASON } from '../operator-options.ts';
import { fieldsOf, STYLE_OPTIONS } from '../style-options.ts';
import { type AdminStyleAnswer, printStyle, STYLES_PATH, stylePath } from '../style-text.ts';

export const stylesCreate: Command = {
  name: 'styles create',
  summary: 'make a style, as a draft',
  keyKind: 'admin',
  takes: 'ID',
  counts: [1, 1],
  options: { ...STYLE_OPTIONS, reason: REASON },
  notes: ['A label and a prompt are needed. "easel styles try" draws it, "easel styles publish" sells it.'],
  examples: [
    'easel styles create linocut --label Linocut --prompt-file linocut.txt',
    'easel styles show charcoal --text | sed s/Charcoal/Chalk/ > chalk.txt && easel styles create chalk --file chalk.txt',
  ],
  run: createStyle,
};

async function createStyle(call: Call): Promise<ExitCode> {
  stylePath(call);
  const fields = await fieldsOf(call);
  if (fields.label === undefined || fields.prompt === undefined) {
    throw usageFault(
      '"styles create" needs --label and --prompt or --prompt-file, or else --file.',
      '"easel help styles create" explains it.',
    );
  }
  const body = given({ id: call.args[0], ...fields, reason: call.options.text('reason') });
  printStyle(call, await call.client.json<AdminStyleAnswer>('POST', STYLES_PATH, { body }));
  return EXIT.ok;
}
