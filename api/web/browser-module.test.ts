/**
 * What the joining of modules does with every form of import and export, and what it refuses.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { browserModule } from './browser-module.ts';

const test = suite('a module for browsers');

test(
  'is one module that does what its parts did, each with names of its own',
  inFolder(async ({ write, load }) => {
    await write('leaf.ts', "export const name = 'leaf';\nexport class Kind {}\nexport type Only = string;\n");
    await write(
      'middle.ts',
      [
        "import { Kind, name as leaf, type Only } from './leaf.ts';",
        "import type { Kind as KindType } from './leaf.ts';",
        "const name = 'middle';",
        "export const both = (): Only => leaf + ' and ' + name;",
        'export async function* kinds(count: number): AsyncGenerator<KindType> {',
        '  // Nothing of this line is left.',
        '  for (let made = 0; made < count; made++) yield new Kind();',
        '}',
      ].join('\n'),
    );
    await write(
      'entry.ts',
      [
        '/** Nothing of this comment is left. */',
        "import { both } from './middle.ts';",
        "export { Kind, type Only } from './leaf.ts';",
        "export { kinds } from './middle.ts';",
        "export type * from './leaf.ts';",
        "export function tell(): string { return both() + `, 'file:' // kept`; }",
      ].join('\n'),
    );
    const { code, module } = await load('entry.ts');
    assert.equal(Object.keys(module).sort(), ['Kind', 'kinds', 'tell']);
    const { Kind, kinds, tell } = module as unknown as {
      Kind: new () => object;
      kinds: (count: number) => AsyncGenerator<object>;
      tell: () => string;
    };
    assert.is(tell(), "leaf and middle, 'file:' // kept");
    for await (const kind of kinds(2)) assert.instance(kind, Kind);
    assert.not.match(code, /Nothing of this/);
    assert.not.match(code, /^import/m);
  }),
);

test(
  'refuses what it does not know, rather than leave it out',
  inFolder(async ({ write, load }) => {
    await write('leaf.ts', 'export const one = 1;\n');
    for (const line of [
      "import * as all from './leaf.ts';",
      "import whole from './leaf.ts';",
      "import './leaf.ts';",
      "export * from './leaf.ts';",
      'export default 1;',
      'export let changing = 1;',
      "import { one } from './leaf.ts';\nexport { one };",
    ]) {
      await write('entry.ts', `${line}\n`);
      const refused = await load('entry.ts').then(
        () => 'joined',
        (error: Error) => error.message,
      );
      assert.match(refused, 'cannot be put into one module', line);
    }
    await write('entry.ts', "import { two } from './two.ts';\nexport const one = () => two;\n");
    await write('two.ts', "import { one } from './entry.ts';\nexport const two = () => one;\n");
    const circle = await load('entry.ts').catch((error: Error) => error);
    assert.match(String(circle), 'imports itself by way of others');
  }),
);

test.run();

interface Folder {
  write(name: string, code: string): Promise<void>;
  load(name: string): Promise<{ code: string; module: object }>;
}

function inFolder(run: (folder: Folder) => Promise<void>): () => Promise<void> {
  return async () => {
    const directory = await mkdtemp(join(tmpdir(), 'easel-module-'));
    let loaded = 0;
    try {
      await run({
        write: (name, code) => writeFile(join(directory, name), code),
        async load(name) {
          const code = await browserModule(pathToFileURL(join(directory, name)));
          const path = join(directory, `joined-${loaded++}.mjs`);
          await writeFile(path, code);
          return { code, module: (await import(path)) as object };
        },
      });
    } finally {
      await rm(directory, { recursive: true });
    }
  };
}
