/**
 * The long commands of the tests from the outside: each tells its options, and refuses what it does not know with a
 * sentence before it begins anything.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('the options of the commands');
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COMMANDS = {
  simulate: 'tests/simulation/simulate.ts',
  torture: 'tests/kill/torture.ts',
  soak: 'tests/soak/soak.ts',
  prove: 'tests/soak/prove.ts',
  bench: 'tests/bench/bench.ts',
  'bench:check': 'tests/bench/check.ts',
} as const;
type Name = keyof typeof COMMANDS;
const NAMES = Object.keys(COMMANDS) as readonly Name[];

const REFUSED: readonly (readonly [command: Name, words: readonly string[], sentence: string])[] = [
  ['simulate', ['--runs', 'many'], '--runs: expected a whole number from 1 on, got "many"'],
  ['simulate', ['--without', 'rain'], '--without: expected one of fail, doThenFail, '],
  ['torture', ['--points', 'K99'], '--points: expected one of K01, '],
  ['torture', ['K08'], "Unexpected argument 'K08'"],
  ['soak', ['--minutes'], "Option '--minutes <value>' argument missing"],
  ['prove', ['--only', 'nothing'], '--only: expected one of simulate, '],
  ['bench', ['--only', 'submit,nothing'], '--only: expected one of '],
  ['bench', ['--rounds', '0'], '--rounds: expected a whole number from 1 to 50, got "0"'],
];

test('each tells its options', async () => {
  for (const { name, code, stdout, stderr } of await Promise.all(NAMES.map(name => run(name, ['--help'])))) {
    assert.equal([code, stderr], [0, ''], name);
    assert.ok(stdout.startsWith(`npm run ${name} -- [options]\n`), stdout);
    assert.match(stdout, /^ {2}--help +this text$/m);
  }
});

test('each names an option that it does not have, and tells those that it has', async () => {
  for (const { name, code, stdout, stderr } of await Promise.all(NAMES.map(name => run(name, ['--nothing', '1'])))) {
    assert.equal([code, stdout], [2, ''], name);
    assert.ok(stderr.startsWith(`There is no option --nothing\n\nnpm run ${name} -- [options]\n`), stderr);
  }
});

test('what an option cannot be is refused with a sentence', async () => {
  const refusals = REFUSED.map(async ([name, words, sentence]) => {
    const { code, stderr } = await run(name, words);
    assert.is(code, 2, `${name} ${words.join(' ')}`);
    assert.ok(stderr.startsWith(sentence), stderr);
    assert.match(stderr, `npm run ${name} -- [options]`);
  });
  await Promise.all(refusals);
});

test.run();

function run(name: Name, words: readonly string[]) {
  return new Promise<{ name: Name; code: unknown; stdout: string; stderr: string }>(resolve => {
    execFile(process.execPath, [COMMANDS[name], ...words], { cwd: ROOT }, (error, stdout, stderr) =>
      resolve({ name, code: error?.code ?? 0, stdout, stderr }),
    );
  });
}
