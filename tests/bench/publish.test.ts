/**
 * The page of the figures says what was measured. `UPDATE_DOCS=1 npm test -- tests/bench/publish.test.ts` writes it
 * anew from `results.json`, without measuring.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { pagesAreTrue, writePages } from './publish.ts';
import { renderTable } from './report.ts';
import type { PartResult, Table } from './results.ts';
import { renderTargets, TARGETS } from './targets.ts';

const test = suite('the page of the figures');

const SUBMIT: Table = {
  ...{ title: 'Submit, 1 KB', own: 'Easel' },
  metrics: [
    { name: 'requests/s', better: 'more' },
    { name: 'p99 ms', better: 'less' },
  ],
  rows: [
    { subject: 'Easel', values: { 'requests/s': [600, 900, 500], 'p99 ms': [4, 5, 6] } },
    { subject: 'bare koa', values: { 'requests/s': [1_000, 1_000, 1_000], 'p99 ms': [1, 1, 1] } },
    {
      subject: 'koa + BullMQ, always (durable)',
      values: { 'requests/s': [1_000, null, null], 'p99 ms': [2, null, null] },
    },
    { subject: 'koa + pg-boss (durable)', values: { 'requests/s': [100, 100, 100], 'p99 ms': [90, 90, 90] } },
  ],
};

test('it shows what results.json holds, chart and targets included', async () => {
  if (process.env.UPDATE_DOCS === '1') await writePages();
  assert.ok(await pagesAreTrue(), 'UPDATE_DOCS=1 npm test -- tests/bench/publish.test.ts writes it anew');
});

test('a target is judged by the median of the ratios, and by none when something was not measured', () => {
  const verdicts = renderTargets([partOf(SUBMIT)])
    .split('\n')
    .slice(2);
  assert.is(verdicts.length, TARGETS.length);
  const verdict = (what: string) =>
    verdicts
      .find(line => line.startsWith(`| ${what} |`))
      ?.split(' | ')
      .slice(2);
  assert.equal(verdict('submits : bare koa'), ['0.60 [0.50..0.90]', 'reached |']);
  assert.equal(verdict('submits : koa + BullMQ, synced always'), ['0.60', '**not reached** |']);
  assert.equal(verdict('p99 of a submit : that of the best peer'), ['2.00', '**not reached** |']);
  assert.equal(verdict('idle, MiB resident'), ['', 'not measured |']);
});

test('a subject that failed in every round stands in its table without figures', () => {
  const rows = [...SUBMIT.rows, { subject: 'failed', values: { 'requests/s': [null, null, null] } }];
  const lines = renderTable({ ...SUBMIT, rows }).split('\n');
  assert.ok(lines.includes('| failed |  |  |  |'), lines.join('\n'));
  assert.ok(lines.includes('| bare koa | 1,000 | 1.00 | 0.60 [0.50..0.90] |'), lines.join('\n'));
});

test.run();

function partOf(table: Table): PartResult {
  return { part: 'submit', title: 'Submit', day: '2026-11-23', machine: '', seconds: 1, tables: [table], missing: [] };
}
