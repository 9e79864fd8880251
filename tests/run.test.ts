/**
 * The test command itself must not pass by accident: each way in which uvu alone would end with success is tried.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('the test command');
const ROOT = fileURLToPath(new URL('..', import.meta.url));

test('counts what holds and closes with the plain line', async () => {
  const { code, output } = await runTests('tests/fixtures/good.fixture.ts');
  assert.is(code, 0, output);
  assert.is(lastLine(output), '2 passed, 0 failed');
});

for (const [fixture, reason] of [
  ['failing', 'does not hold'],
  ['forgotten-run', 'no tests: is .run() forgotten?'],
  ['throws-nothing', 'FAIL'],
  ['still-running', 'still running'],
  ['hangs', 'not done after'],
  ['broken-import', 'broken at load'],
] as const) {
  test(`fails for ${fixture}`, async () => {
    const { code, output } = await runTests(`tests/fixtures/${fixture}.fixture.ts`);
    assert.is(code, 1, output);
    assert.match(output, reason);
    assert.match(lastLine(output), /^\d+ passed, [1-9]\d* failed$/);
  });
}

test('fails when no file matches', async () => {
  const { code, output } = await runTests('tests/fixtures/there-is-none.ts');
  assert.is(code, 1);
  assert.is(lastLine(output), '0 passed, 0 failed');
});

test('retries what failed where it is asked to, and says so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'easel-'));
  try {
    const once = (env: object) => runTests('tests/fixtures/fails-once.fixture.ts', env);
    const plain = await once({ FAILS_ONCE: join(folder, 'plain') });
    assert.is(plain.code, 1, plain.output);
    const retried = await once({ FAILS_ONCE: join(folder, 'retried'), RETRY_FAILED: '1' });
    assert.is(retried.code, 0, retried.output);
    assert.match(retried.output, /the first run.*FLAKY tests\/fixtures\/fails-once\.fixture\.ts/s);
    assert.is(lastLine(retried.output), '1 passed, 0 failed');
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('retries in vain what fails every time', async () => {
  const { code, output } = await runTests('tests/fixtures/failing.fixture.ts', { RETRY_FAILED: '1' });
  assert.is(code, 1, output);
  assert.not.match(output, 'FLAKY');
});

// Written at run time: as files of the repository these would trip the very check that they test.
for (const [what, line] of [
  ['only', 'test.on' + "ly('alone', () => {});"],
  ['hook', 'test.befo' + "re(() => { throw new Error('swallowed'); });"],
  ['skip', 'test.sk' + "ip('not today', () => {});"],
] as const) {
  test(`fails when a ${what} is left in`, async () => {
    const folder = await mkdtemp(join(ROOT, 'tests/fixtures/tmp-'));
    try {
      const source = `import { suite } from 'uvu';\nconst test = suite('x');\n${line}\ntest('holds', () => {});\ntest.run();\n`;
      await writeFile(join(folder, 'left-in.fixture.ts'), source);
      const { code, output } = await runTests(relative(ROOT, join(folder, 'left-in.fixture.ts')));
      assert.is(code, 1, output);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}

test.run();

function runTests(pattern: string, extra: object = {}): Promise<{ code: number; output: string }> {
  const env = { ...process.env, RETRY_FAILED: '', TEST_FILE_LIMIT_MS: '2000', ...extra };
  return new Promise(resolve => {
    execFile(process.execPath, ['tests/run.ts', pattern], { cwd: ROOT, env }, (error, stdout) => {
      resolve({ code: error ? Number(error.code) : 0, output: stdout });
    });
  });
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}
