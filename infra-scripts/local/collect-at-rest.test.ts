import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRest } from './collect-at-rest.ts';

const test = suite('collecting at rest');
const PART = new URL('collect-at-rest.ts', import.meta.url).href;

test('after work each quiet stretch collects one step more, until none is left', () => {
  const collected: string[] = [];
  const look = createRest(type => collected.push(type));
  for (const activeMs of [400, 3, 3, 3, 3, 3]) look(activeMs);
  assert.equal(collected.splice(0), ['minor', 'major', 'minor']);
  for (const activeMs of [51, 60, 50, 51, 0, 0, 0, 0]) look(activeMs);
  assert.equal(collected, ['minor', 'minor', 'major', 'minor']);
});

test('a process collects at rest and still ends by itself', async () => {
  const program = `
    import { collectAtRest } from '${PART}';
    collectAtRest({ everyMs: 20 });
    const busyUntilMs = performance.now() + 100;
    while (performance.now() < busyUntilMs);
    setTimeout(() => {}, 1_000);`;
  const words = ['--expose-gc', '--trace-gc', '--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  const kinds = [...stdout.matchAll(/ms: (\S+) .*testing/g)].map(([, kind]) => kind);
  // A machine with much else to do may take a step for work, after which it begins anew.
  assert.match(kinds.join(' '), 'Scavenge Mark-Compact Scavenge');
});

test('a process without the function for it goes on', async () => {
  const program = `import { collectAtRest } from '${PART}'; collectAtRest({ everyMs: 1 }); setTimeout(() => console.log('on'), 50);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  assert.is(stdout, 'on\n');
});

test.run();
