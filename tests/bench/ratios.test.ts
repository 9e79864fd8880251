/** What `npm run bench:check` takes for a loss. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { lossesOf, ratiosOf, unmeasured } from './ratios.ts';
import { type PartResult, ratioOf, type Table } from './results.ts';

const test = suite('ratios');

const RATE: Table = {
  ...{ title: 'Submit', own: 'Easel', metrics: [{ name: 'requests/s', better: 'more' }] },
  rows: [
    { subject: 'Easel', values: { 'requests/s': [100, 220, 300] } },
    { subject: 'bare koa', values: { 'requests/s': [200, 400, 1_000] } },
    { subject: 'failed', values: { 'requests/s': [null, null, null] } },
  ],
};

test('a ratio is made within each round, so that a machine twice as fast in one of them changes nothing', () => {
  assert.equal(ratioOf(RATE, 'bare koa', 'requests/s'), { median: 0.5, least: 0.3, greatest: 0.55 });
});

test('a round in which either failed has no ratio, and a subject without any round is left out', () => {
  const half: Table = { ...RATE, rows: [...RATE.rows.slice(0, 1), rowOf([null, 220, null])] };
  assert.equal(ratioOf(half, 'bare koa', 'requests/s')?.median, 1);
  assert.equal(Object.keys(ratiosOf([partOf(RATE)])), ['Submit : bare koa']);
});

test('a rate that fell by more than a quarter is a loss, by less is none', () => {
  const before = { a: { value: 0.8, better: 'more' }, b: { value: 0.8, better: 'more' } } as const;
  const after = { a: { value: 0.61, better: 'more' }, b: { value: 0.59, better: 'more' } } as const;
  assert.equal(
    lossesOf(before, after).map(({ name }) => name),
    ['b'],
  );
});

test('a time that rose is a loss, one that fell is none', () => {
  const before = { slower: { value: 0.3, better: 'less' }, faster: { value: 0.3, better: 'less' } } as const;
  const after = { slower: { value: 0.45, better: 'less' }, faster: { value: 0.1, better: 'less' } } as const;
  const [loss, ...others] = lossesOf(before, after);
  assert.equal([loss?.name, Math.round((loss?.lost ?? 0) * 100), others.length], ['slower', 33, 0]);
});

test('the worst loss comes first', () => {
  const before = { a: { value: 1, better: 'more' }, b: { value: 1, better: 'more' } } as const;
  const after = { a: { value: 0.5, better: 'more' }, b: { value: 0.1, better: 'more' } } as const;
  assert.equal(
    lossesOf(before, after).map(({ name }) => name),
    ['b', 'a'],
  );
});

test('what was not measured this time is no loss, and told', () => {
  const before = { a: { value: 1, better: 'more' }, b: { value: 1, better: 'more' } } as const;
  assert.equal(lossesOf(before, {}), []);
  assert.equal(
    unmeasured(before, {}, name => name !== 'b'),
    ['a'],
  );
});

test.run();

function rowOf(values: readonly (number | null)[]): Table['rows'][number] {
  return { subject: 'bare koa', values: { 'requests/s': values } };
}

function partOf(table: Table): PartResult {
  return { part: 'submit', title: 'Submit', day: '2026-11-23', machine: '', seconds: 1, tables: [table], missing: [] };
}
