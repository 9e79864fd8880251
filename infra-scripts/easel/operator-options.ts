/**
 * Options that several of the operators' commands share, and how their values are read.
 */
import type { Call, Command, OptionSpec } from './command.ts';
import { usageFault } from './faults.ts';
import { parseUntil } from './time-text.ts';

export const REASON: OptionSpec = { value: 'text', help: 'why; it stands in the audit' };
export const UNTIL: OptionSpec = { value: 'when', help: 'when it ends: 06:00, 2h, or a date such as 2026-11-24T06:00' };
export const SHOP: OptionSpec = { value: 'id', help: 'a shop instead of the whole service' };

/** Throws a usage fault where the option is missing. */
export function needed({ options }: Pick<Call, 'options'>, name: string, { name: command }: Pick<Command, 'name'>) {
  const text = options.text(name);
  if (text !== undefined) return text;
  throw usageFault(`"${command}" needs --${name}.`, `"easel help ${command}" explains it.`);
}

/** The moment of `--until` as the API takes it; undefined where the option is missing. Throws a usage fault. */
export function untilOf({ options, now }: Pick<Call, 'options' | 'now'>): string | undefined {
  const text = options.text('until');
  if (text === undefined) return undefined;
  const at = parseUntil(text, now());
  if (at === undefined) {
    throw usageFault(`"--until": expected 06:00, 2h or a date such as 2026-11-24T06:00, got "${text}".`);
  }
  if (at <= now()) throw usageFault(`"--until": "${text}" is over already.`);
  return new Date(at).toISOString();
}

/** Dollars such as `20` or `7.50`. Throws a usage fault. */
export function dollarsOf(name: string, text: string): number {
  if (/^\d{1,7}(\.\d{1,6})?$/.test(text)) return Number(text);
  throw usageFault(`"--${name}": expected dollars such as 20 or 7.50, got "${text}".`);
}

/** The members whose value is there. */
export function given(members: { readonly [name: string]: unknown }): { [name: string]: unknown } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** `?name=value` of those that are there; empty for none. */
export function queryText(parameters: { readonly [name: string]: string | undefined }): string {
  const query = new URLSearchParams(given(parameters) as { [name: string]: string }).toString();
  return query === '' ? '' : `?${query}`;
}
