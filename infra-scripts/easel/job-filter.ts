/**
 * The options by which operators choose jobs, to find them or to plan something for them.
 */
import type { Call, OptionSpecs } from './command.ts';
import { usageFault } from './faults.ts';
import { parseSince } from './time-text.ts';

export const JOB_FILTER: OptionSpecs = {
  status: { value: 'status', help: 'queued, running, succeeded, blocked, failed, canceled or expired' },
  code: { value: 'code', help: 'that ended for this reason, such as overloaded' },
  style: { value: 'style', help: 'in this style' },
  model: { value: 'id', help: 'that name this model, or asked it' },
  shop: { value: 'id', help: 'of this shop' },
  customer: { value: 'id', help: 'of this customer of the shop' },
  batch: { value: 'id', help: 'of this batch' },
  since: { value: 'when', help: 'submitted since then: 15m, 24h, 7d, or a date such as 2026-11-23' },
  before: { value: 'when', help: 'submitted before then' },
};

const PARAMETERS = {
  ...{ status: 'status', code: 'code', style: 'style', model: 'model', shop: 'shop' },
  ...{ customer: 'customerId', batch: 'batchId' },
} as const;

/** The members of a filter that were given, as the API names them. Throws a usage fault. */
export function filterOf({ options, now }: Pick<Call, 'options' | 'now'>): { [field: string]: string } {
  const entries = [
    ...Object.entries(PARAMETERS).map(([option, field]) => [field, options.text(option)] as const),
    ['createdAfter', momentOf('since', options.text('since'), now())] as const,
    ['createdBefore', momentOf('before', options.text('before'), now())] as const,
  ];
  return Object.fromEntries(entries.flatMap(([field, value]) => (value === undefined ? [] : [[field, value]])));
}

function momentOf(option: string, text: string | undefined, nowMs: number): string | undefined {
  if (text === undefined) return undefined;
  const at = parseSince(text, nowMs);
  if (at !== undefined) return new Date(at).toISOString();
  throw usageFault(`"--${option}": expected 15m, 24h, 7d or a date such as 2026-11-23, got "${text}".`);
}
