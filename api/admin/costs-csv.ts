/**
 * Costs as a table that a spreadsheet opens (RFC 4180): one line for each row, dollars with six decimals, no sum at the
 * end, so that a column can be added up.
 */
import { type By, type CostRow, priceEach, shareReused } from '../../common/costs/cost-report.ts';

const MICRO = 1_000_000;
const COLUMNS = ['spent_usd', 'possibly_usd', 'pictures', 'price_each_usd', 'reused', 'reused_share', 'attempts'];

export function costsCsv(by: By, rows: readonly CostRow[]): string {
  return [[by, ...COLUMNS], ...rows.map(cellsOf)].map(cells => `${cells.map(cell).join(',')}\r\n`).join('');
}

function cellsOf(row: CostRow): (string | number)[] {
  const { key, microUsd, possiblyMicroUsd, pictures, reused, attempts } = row;
  const each = priceEach(row);
  return [
    key,
    dollars(microUsd),
    dollars(possiblyMicroUsd),
    pictures,
    each === undefined ? '' : dollars(Math.round(each)),
    reused,
    shareReused(row) ?? '',
    attempts,
  ];
}

function dollars(microUsd: number): string {
  return (microUsd / MICRO).toFixed(6);
}

/**
 * A text that a spreadsheet would take for a formula gets an apostrophe, which the spreadsheet does not show. Numbers are
 * ours and stay numbers, negative ones too.
 */
export function cell(value: string | number): string {
  const text =
    typeof value === 'string' && /^[=+\-@\t\r]/.test(value) && !/^-?\d+(\.\d+)?$/.test(value)
      ? `'${value}`
      : `${value}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
