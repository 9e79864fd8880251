import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nearest, slipsBetween } from './nearest.ts';

const test = suite('the nearest word');

test('slips are counted: missing, added, wrong and swapped letters', () => {
  const cases = [
    ['style', 'style', 0],
    ['stle', 'style', 1],
    ['styyle', 'style', 1],
    ['stile', 'style', 1],
    ['sytle', 'style', 1],
    ['', 'abc', 3],
    ['generate', 'health', 6],
  ] as const;
  for (const [a, b, slips] of cases) {
    assert.is(slipsBetween(a, b), slips, `${a} → ${b}`);
    assert.is(slipsBetween(b, a), slips, `${b} → ${a}`);
  }
});

test('a slip or a beginning finds its word, a different word finds none', () => {
  const words = ['generate', 'styles', 'quota', 'health', 'jobs'];
  assert.is(nearest('genrate', words), 'generate');
  assert.is(nearest('STYLE', words), 'styles');
  assert.is(nearest('gen', words), 'generate');
  assert.is(nearest('job', words), 'jobs');
  assert.is(nearest('zzz', words), undefined);
  assert.is(nearest('', words), undefined);
});

test.run();
