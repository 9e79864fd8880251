/**
 * The cost model of `docs/cost.md`, computed again from its counted operations, the list prices and the catalogue:
 * `UPDATE_DOCS=1 npm test -- tests/cost-docs.test.ts` writes it.
 */
import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CATALOGUE, DEFAULT_MODEL } from '../common/models.ts';
import { costOf, type Month, readCounted } from './cost-model.ts';
import { holdsTable } from './docs-table.ts';

const test = suite('cost model');
const VOLUMES = [1_000, 100_000, 10_000_000];
const QUALITY = 'gemini-nano-banana-2.1';
const page = await readFile(new URL('../docs/cost.md', import.meta.url), 'utf8');
const counted = readCounted(page);

const SCENARIOS: readonly (readonly [what: string, change: Partial<Month> & { id?: string }])[] = [
  [`\`${DEFAULT_MODEL}\` at 1K, every picture drawn`, {}],
  ['the same, 20 % found in the bucket (the same wish of the same shopper)', { reusedShare: 0.2 }],
  ['the same, all by the economy lane (half price, hours later)', { economy: true }],
  ['economy, and 20 % found', { economy: true, reusedShare: 0.2 }],
  [`\`${QUALITY}\` at 1K`, { id: QUALITY }],
  [`\`${QUALITY}\` at 4K`, { id: QUALITY, size: '4K' }],
];

test('the table is what the model computes', async () => {
  const rows = SCENARIOS.map(([what, { id = DEFAULT_MODEL, ...change }]) => {
    const model = CATALOGUE.get(id);
    assert.ok(model);
    const costs = VOLUMES.map(pictures =>
      costOf(counted, { pictures, reusedShare: 0, size: '1K', economy: false, model, ...change }),
    );
    const [first] = costs;
    const each = ((first?.platform ?? 0) + (first?.model ?? 0)) / (VOLUMES[0] ?? 1);
    return `| ${what} | ${costs.map(({ platform, model: usd }) => `${dollars(platform + usd)} (${dollars(platform)})`).join(' | ')} | $${each.toFixed(4)} |`;
  });
  await holdsTable('docs/cost.md', '## A month with 1,000, 100,000 or 10,000,000 pictures', [
    'All of it, and in brackets what is not the model; at list prices, with the assumptions above. To each comes the month without a job.',
    'Discounts for volume, free tiers and taxes are in none of them; economy jobs are counted like others, though a batch saves some calls.',
    '',
    `| pictures | ${VOLUMES.map(volume => volume.toLocaleString('en-US')).join(' | ')} | each |`,
    '|---|---|---|---|---|',
    ...rows,
    '',
    'The model decides: half its price halves the bill, and a picture that is found costs next to nothing. The old review assumed $0.002 to',
    '$0.005 a picture; the list price is about seven to seventeen times that.',
  ]);
});

test('the sum of a drawn picture is the one of the table of 1,000 jobs', () => {
  const model = CATALOGUE.get(DEFAULT_MODEL);
  assert.ok(model);
  const { platform } = costOf(counted, { pictures: 1_000, reusedShare: 0, size: '1K', economy: false, model });
  const [, told = ''] = /\| all but the model \|[^|]*\|[^|]*\| ([\d.]+) \|/.exec(page) ?? [];
  assert.ok(Math.abs(platform - Number(told)) < 0.001, `${platform} and ${told}`);
});

test('what is found and what can wait cost less, and never less than nothing', () => {
  const model = CATALOGUE.get(DEFAULT_MODEL);
  assert.ok(model);
  const base = { pictures: 100, reusedShare: 0, size: '1K', economy: false, model };
  const total = (change: Partial<Month>) => {
    const { platform, model: usd } = costOf(counted, { ...base, ...change });
    assert.ok(platform > 0 && usd >= 0);
    return platform + usd;
  };
  assert.ok(total({ reusedShare: 0.5 }) < total({}));
  assert.ok(total({ economy: true }) < total({}));
  assert.is(costOf(counted, { ...base, reusedShare: 1 }).model, 0);
});

test.run();

function dollars(value: number): string {
  const digits = value < 100 ? 2 : 0;
  return `$${value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}
