/**
 * What an answer may cost in memory, however large it claims or turns out to be. Each is taken by a process of its own,
 * whose largest resident size is compared with the one after a usual picture.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Measured } from '../tests/doubles/gemini/memory-caller.ts';
import { type GeminiAnswer, openGeminiDouble } from '../tests/doubles/gemini.ts';

const test = suite('memory of the Gemini model');
const MIB = 2 ** 20;
const CALLER = fileURLToPath(new URL('../tests/doubles/gemini/memory-caller.ts', import.meta.url));
/** The limit of 48 MiB once, as much again that the collector has not yet taken away, and some room. */
const REFUSED_MAX = (2 * 48 + 64) * MIB;
/** As it comes in, as text, as the value in it, decoded, and what the collector has not yet taken away. */
const TAKEN_MAX = 5 * 48 * MIB + 16 * MIB;

const CASES: readonly (readonly [string, GeminiAnswer, outcome: string, riseMax: number])[] = [
  ['that never ends', { kind: 'endless' }, 'unknown', REFUSED_MAX],
  ['that is an error and never ends', { kind: 'endless', status: 503 }, 'overloaded', REFUSED_MAX],
  ['that announces 2 GiB', { kind: 'announced', bytes: 2 ** 31 }, 'unknown', REFUSED_MAX],
  ['that unpacks to 2 GiB', { kind: 'gzip bomb', bytes: 2 ** 31, of: 'text' }, 'unknown', REFUSED_MAX],
  ['that holds 14 million values', { kind: 'gzip bomb', bytes: 40 * MIB, of: 'values' }, 'unknown', REFUSED_MAX],
  ['just below the limit', { kind: 'picture', bytes: new Uint8Array(35 * MIB) }, 'drawn', TAKEN_MAX],
];

for (const [name, answer, outcome, riseMax] of CASES) {
  test(`an answer ${name} costs at most ${riseMax / MIB} MiB`, async () => {
    const double = await openGeminiDouble();
    double.plan({ kind: 'picture' }, answer);
    const child = fork(CALLER, [double.url, double.apiKey], { stdio: 'inherit' });
    try {
      const [measured] = (await once(child, 'message')) as [Measured];
      console.log(`an answer ${name}: ${(measured.riseBytes / MIB).toFixed(0)} MiB more at the peak`);
      assert.is(measured.outcome, outcome);
      assert.ok(measured.riseBytes <= riseMax, `${(measured.riseBytes / MIB).toFixed(0)} MiB`);
    } finally {
      child.kill('SIGKILL');
      await double.close();
    }
  });
}

test.run();
