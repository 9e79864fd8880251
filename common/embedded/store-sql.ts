/**
 * How collections, fields and values are written in SQL texts. Names become part of those texts and are therefore
 * letters and digits only; values never do. In queries `d` is the table of texts and `l` the lookup table beside it.
 */
import { PlatformError } from '../platform/errors.ts';

export type SqlValue = string | number;

interface Named {
  readonly name: string;
}

/** One row a document: id, version and JSON text. */
export function tableName({ name }: Named): string {
  return `doc_${checkedName(name)}`;
}

/** One row a document: id and the fields that queries name, see `store-lookups.ts`. */
export function lookupName({ name }: Named): string {
  return `look_${checkedName(name)}`;
}

/** Quoted, for a field may have a name that means something to SQL. */
export function columnName(field: string): string {
  return `"${checkedName(field)}"`;
}

/** The value of a field as its column has it, out of the document's text. */
export function fieldOfText(field: string): string {
  const path = `'$.${checkedName(field)}'`;
  return `iif(json_type(d.doc, ${path}) IN ('object', 'array'), NULL, json_extract(d.doc, ${path}))`;
}

/** What a column holds of a document's field: null for what no query can ask for. */
export function columnValue(value: unknown): SqlValue | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value)) ? value : null;
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
