/**
 * How collections, fields and values are written in SQL texts. Names become part of those texts and are therefore
 * letters and digits only; values never do.
 */
import { PlatformError } from '../platform/errors.ts';

export type SqlValue = string | number;

export function tableName({ name }: { readonly name: string }): string {
  return `doc_${checkedName(name)}`;
}

/** The value of a document's field; must read the same in indexes and queries, or SQLite does not use the index. */
export function fieldSql(field: string): string {
  return field === 'id' ? 'id' : `json_extract(doc, '$.${checkedName(field)}')`;
}

/** Booleans are 1 and 0, as json_extract gives them. What SQLite would silently take for NULL is refused. */
export function sqlValue(value: unknown): SqlValue {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string' || (typeof value === 'number' && !Number.isNaN(value))) return value;
  throw new PlatformError('invalid', `Expected a string, a number or a boolean, got ${value}.`);
}

function checkedName(name: string): string {
  if (/^[A-Za-z][A-Za-z0-9]*$/.test(name)) return name;
  throw new PlatformError('invalid', `Expected a name of letters and digits, got "${name}".`);
}
