/**
 * One line of NDJSON, as an item to be looked at or with what is wrong with its form.
 */
import { ProblemError } from '../errors.ts';
import { fieldErrors } from '../field-errors.ts';
import type { Candidate } from './check-items.ts';
import { itemFields } from './item.ts';
import { LINE_BYTES_MAX, type Line } from './ndjson.ts';

export function readLine({ number, text }: Line): Candidate {
  if (text === undefined) {
    const detail = `expected a line of UTF-8 of at most ${LINE_BYTES_MAX / 2 ** 10} KiB`;
    return { line: number, error: new ProblemError('body_invalid', { detail }) };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return { line: number, error: new ProblemError('body_invalid', { detail: 'expected a JSON object', cause }) };
  }
  const parsed = itemFields.safeParse(value);
  if (parsed.success) return { line: number, fields: parsed.data };
  return { line: number, error: fieldErrors(parsed.error), ...nameOf(value) };
}

/** As far as there is a name to find the line by. */
export function nameOf(value: unknown): { customId?: string } {
  if (typeof value !== 'object' || value === null || !('customId' in value)) return {};
  const { customId } = value;
  return typeof customId === 'string' && customId.length <= 128 ? { customId } : {};
}
