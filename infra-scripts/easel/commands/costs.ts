/**
 * `easel costs`: what a month has cost, or any span of days; as a table for people, or as CSV for a spreadsheet.
 */
import type { CostFigures, CostRow, CostsAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { type Fact, factLines } from '../facts.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { dollars } from '../job-text.ts';
import { queryText } from '../operator-options.ts';
import { type Column, tableLines } from '../table.ts';

const PATH = '/v1/admin/costs';

export const costs: Command = {
  name: 'costs',
  summary: 'show what a month has cost, by day, style, model, shop or tier',
  keyKind: 'admin',
  direct: true,
  takes: '',
  counts: [0, 0],
  options: {
    month: { value: 'month', help: 'such as 2026-11; the present one unless you say' },
    from: { value: 'day', help: 'instead of a month: the first day, such as 2026-11-01' },
    to: { value: 'day', help: 'and the last one, included; today unless you say' },
    by: { value: 'what', help: 'day (unless you say), style, model, shop or tier' },
    csv: { help: 'print a table for a spreadsheet: dollars with six decimals, no sum' },
  },
  notes: [
    'Days are of UTC, at most 92 of them. An attempt counts once it has ended, on the day it began; "perhaps" is the part',
    'of what was spent that may not have been billed: calls that timed out or were cut off count by their estimates.',
    'The forecast takes the last seven days for every day that is left.',
  ],
  examples: ['easel costs', 'easel costs --month 2026-10 --by style', 'easel costs --by shop --csv > costs.csv'],
  run: showCosts,
};

async function showCosts({ client, out, json, options }: Call): Promise<ExitCode> {
  const { text, flag } = options;
  const query = { month: text('month'), from: text('from'), to: text('to'), by: text('by') };
  if (flag('csv') && !json) {
    const { bytes } = await client.reply('GET', `${PATH}${queryText({ ...query, format: 'csv' })}`);
    for (const line of bytes.toString().trimEnd().split('\r\n')) out.line(line);
    return EXIT.ok;
  }
  const answer = await client.json<CostsAnswer>('GET', `${PATH}${queryText(query)}`);
  if (json) out.line(JSON.stringify(answer, null, 2));
  else for (const line of [...rowLines(answer, out), '', ...factLines(factsOf(answer), out.paint)]) out.line(line);
  return EXIT.ok;
}

/** Days on which nothing happened say nothing; the sum stands below. */
function rowLines({ by, rows, total }: CostsAnswer, { paint, columns }: Call['out']): string[] {
  const shown = rows.filter(row => row.attempts + row.pictures + row.reused > 0);
  const all = { key: 'in all', ...total };
  const table: Column<CostRow>[] = [
    { title: by.toUpperCase(), of: ({ key }) => key, shrinksTo: 12 },
    { title: 'SPENT', of: ({ spentUsd }) => dollars(spentUsd), right: true },
    { title: 'PERHAPS', of: ({ possiblyUsd }) => (possiblyUsd === 0 ? '' : dollars(possiblyUsd)), right: true },
    { title: 'PICTURES', of: ({ pictures }) => String(pictures), right: true },
    { title: 'EACH', of: ({ priceEachUsd: each }) => (each === null ? '' : dollars(each)), right: true },
    { title: 'REUSED', of: reusedText, right: true },
    { title: 'ATTEMPTS', of: ({ attempts }) => String(attempts), right: true },
  ];
  return tableLines(table, [...shown, all], { width: columns(), paintTitle: paint.dim });
}

function reusedText({ reused, reusedShare }: CostFigures): string {
  return reused === 0 || reusedShare === null ? '' : `${reused} (${Math.round(100 * reusedShare)} %)`;
}

function factsOf({ forecast, today }: CostsAnswer): Fact[] {
  const { picturesLeft: left } = today;
  const days = forecast?.basedOnDays === 1 ? 'the last day' : `the last ${forecast?.basedOnDays} days`;
  return [
    [
      'forecast',
      forecast && `${cents(forecast.usd)} until ${forecast.until}, at ${cents(forecast.perDayUsd)} a day (${days})`,
    ],
    ['today', `${dollars(today.spentUsd)} of ${dollars(today.capUsd)}, calls under way included`],
    [
      'room for',
      left
        ? `${left.customer} pictures; ${left.anonymous} of strangers, ${left.bulk} in batches`
        : 'as many as you like: pictures cost nothing, or nobody knows what',
    ],
  ];
}

/** An estimate has no micro-dollars. */
function cents(usd: number): string {
  return `$${usd.toFixed(2)}`;
}
