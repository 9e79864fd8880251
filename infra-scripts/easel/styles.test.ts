/**
 * The commands about styles, as an operator types them, against a service of their own.
 */
import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Service, withService } from '../../tests/service.ts';
import type { Call } from './command.ts';
import { atDesk, type Desk } from './easel-process.ts';
import { createScreen } from './screen.ts';
import { parseStyleFile, styleFile } from './style-file.ts';
import { editedFields } from './style-options.ts';

const test = suite('easel styles');
const WORDS = 'Turn the attached photo into a linocut in two colours.\n\nBold shapes, no grey.';
const PIPE = createScreen({ write: () => {} }, {});

test(
  'a style is made, tried, published, edited, brought back and switched off',
  asOperator(async ({ run, directory }) => {
    await writeFile(join(directory, 'linocut.txt'), WORDS);
    const made = await run('styles create linocut --label Linocut --prompt-file linocut.txt --size 512');
    assert.equal([made.code, /not published/.test(made.out), made.err], [0, true, '']);

    const unasked = await run('styles try linocut cat.jpg');
    assert.equal([unasked.code, /costs \$0\.00[\s\S]*--yes/.test(unasked.err)], [2, true]);
    const tried = await run('styles try linocut cat.jpg --yes');
    assert.equal([tried.code, tried.out], [0, 'cat-linocut-draft.jpg\n'], tried.err);
    assert.ok((await readdir(directory)).includes('cat-linocut-draft.jpg'));
    assert.is((await run('styles publish linocut')).code, 2, 'nobody is there to be asked');
    const published = await run('styles publish linocut --yes --reason Tried.');
    assert.equal([published.code, published.out], [0, 'linocut  version 1 is sold\n']);
    assert.match(published.err, /^label\n\+ Linocut$/m);

    const edited = await run(['styles', 'edit', 'linocut', '--label', 'Lino']);
    assert.equal([edited.code, /^label\n- Linocut\n\+ Lino$/m.test(edited.out)], [0, true]);
    assert.match((await run('styles publish linocut --yes')).err, /^label\n- Linocut\n\+ Lino$/m);
    assert.is((await run('styles publish linocut --version 1 --yes')).out, 'linocut  version 3 is sold\n');
    assert.match((await run('styles show linocut --versions')).out, /^ +3 .* 1 [\s\S]*^ +2 .*^ +1 /ms);
    assert.is((await run('styles off linocut --reason Enough.')).out, 'linocut  off\n');
    assert.match((await run('styles list')).out, /^linocut +version 3, off /m);
    assert.match((await run('styles order linocut charcoal')).out, /^STYLE.*\nlinocut .*\ncharcoal .*\nink-wash /);
    assert.is((await run('styles on linocut')).out, 'linocut  on\n');
    await run('styles edit linocut --label Again');
    assert.equal(
      [(await run('styles discard linocut --yes')).code, (await run('styles publish linocut --yes')).code],
      [0, 4],
    );
    assert.is((await run('styles publish linocut --version 9 --yes')).code, 4);
  }),
);

test(
  'a style goes through a file and back, and what is wrong with it is said before anything is sent',
  asOperator(async ({ run, directory }) => {
    const text = (await run('styles show charcoal --text')).out;
    assert.match(text, /^label: Charcoal\n[\s\S]*\n\nTurn the attached photo/);
    await writeFile(join(directory, 'chalk.txt'), text.replace('label: Charcoal', 'label: Chalk'));
    assert.is((await run('styles create chalk --file chalk.txt')).code, 0);
    await writeFile(join(directory, 'chalk.json'), '{"label": "White chalk", "minSidePx": 512}');
    assert.match((await run('styles edit chalk --file chalk.json')).out, /White chalk[\s\S]*512/);
    await writeFile(join(directory, 'wrong.txt'), 'lable: Chalk\n');
    const wrong = await run('styles edit chalk --file wrong.txt');
    assert.equal([wrong.code, /wrong\.txt, line 1/.test(wrong.err)], [2, true]);
    const worded = await run(['styles', 'edit', 'chalk', '--prompt', 'Draw it in white chalk on slate.']);
    assert.match(worded.out, /white chalk on slate/);
    assert.is((await run('styles edit chalk --prompt Words --prompt-file wrong.txt')).code, 2, 'one of the two');
    assert.is((await run('styles edit chalk --size 4K')).code, 4, 'the model cannot draw it');
    assert.is((await run('styles edit chalk')).code, 2, 'no terminal for an editor');
    assert.is((await run('styles edit chalk --file nowhere.txt')).code, 1);
    assert.is((await run('styles create chalk --file chalk.txt')).code, 4, 'there is one already');
    assert.is((await run('styles discard chalk --yes')).out, 'chalk  removed\n');
    assert.is((await run('styles show ../keys')).code, 2);
  }),
);

test('the text of a style is read as it was written', () => {
  const content = {
    ...{ label: 'A: b', description: '', prompt: WORDS, model: 'default', size: '1K', aspectRatio: '4:5' },
    ...{ minSidePx: 256, pool: 'named' },
  };
  assert.equal(parseStyleFile(styleFile(content), 'x'), content);
  assert.equal(parseStyleFile('label: Only\r\n', 'x'), { label: 'Only' });
  for (const text of ['{"label": ', '{"lable": "x"}', 'no field here']) {
    assert.throws(() => parseStyleFile(text, 'x'), /^.*x/);
  }
});

test('the editor is given the style, and what it leaves unchanged is no edit', async () => {
  await atDesk({}, async ({ directory }) => {
    const editor = join(directory, 'editor.sh');
    await writeFile(editor, '#!/bin/sh\nsed -i "s/^label: .*/label: $1/" "$2"\n');
    await chmod(editor, 0o755);
    const content = {
      ...{ label: 'Old', description: '', prompt: WORDS, model: 'default', size: '1K', aspectRatio: '4:5' },
      ...{ minSidePx: 256, pool: 'named' },
    };
    const edit = (setting: string) =>
      editedFields({ ask: async () => '', env: { EDITOR: setting }, err: PIPE } as unknown as Call, content);
    assert.is((await edit(`${editor} New`)).label, 'New');
    for (const setting of ['true', 'false']) {
      const fault = await edit(setting).then(
        () => undefined,
        (error: unknown) => error,
      );
      assert.match(String(fault), /[Nn]othing was changed/);
    }
  });
});

test.run();

function asOperator(work: (desk: Desk, service: Service) => Promise<void>): () => Promise<void> {
  return withService(async service => {
    const { admin } = await service.keys();
    await atDesk({ EASEL_URL: service.url(), EASEL_ADMIN_KEY: admin }, desk => work(desk, service));
  });
}
