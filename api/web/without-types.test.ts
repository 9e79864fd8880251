/**
 * TypeScript for browsers: what becomes of it, and that the compiler stays in no process that goes on.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { withoutTypes } from './without-types.ts';

const test = suite('without types');

test('types become blanks, many at once, each its own', async () => {
  const sources = Array.from({ length: 20 }, (_, n) => `const n${n}: number = ${n};\nexport { n${n} };`);
  const stripped = await Promise.all(sources.map(withoutTypes));
  for (const [n, code] of stripped.entries()) {
    assert.is(code, `const n${n}         = ${n};\nexport { n${n} };`);
  }
});

test('what is no TypeScript, or more than types, is refused, and the next file is taken', async () => {
  for (const code of ['const = 1;', 'enum A { b }']) {
    const error = await withoutTypes(code).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.instance(error, SyntaxError);
  }
  assert.is(await withoutTypes('let a: string;'), 'let a        ;');
});

test('a process that has nothing else to do ends, without a warning, and never has the compiler itself', async () => {
  // Plain JavaScript, so that nothing else asks for the compiler.
  const self = await withoutTypes(await readFile(new URL('./without-types.ts', import.meta.url), 'utf8'));
  const program = `${self}
    const code = await withoutTypes('let a: number = 1;');
    console.log(JSON.stringify([code, process.moduleLoadList.filter(name => name.includes('amaro/'))]));
  `;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    timeout: 20_000,
  });
  assert.equal([JSON.parse(stdout), stderr], [['let a         = 1;', []], '']);
});

test.run();
