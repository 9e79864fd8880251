/**
 * What lies behind the simulated store: one database for all processes of a run, past whose clients a test may look.
 */
import { pageOf } from '../../common/platform/cursors.ts';
import type { Collection, Document, Page, Query } from '../../common/platform/store.ts';
import { matching } from './query.ts';

/** What a commit did to one document. */
export interface Change {
  readonly collection: string;
  readonly before: Document | undefined;
  readonly after: Document | undefined;
}

export interface Write {
  readonly name: string;
  readonly id: string;
  /** The document that shall be there, or none. */
  readonly next: (before: Document | undefined) => Document | undefined;
}

export interface Database {
  /** A copy; undefined when it is missing. */
  read<D extends Document>(from: { readonly name: string }, id: string): D | undefined;
  /** Differs after each write of the document. */
  version(from: { readonly name: string }, id: string): number | undefined;
  page<D extends Document>(query: Query<D>): Page<D>;
  matching<D extends Document>(query: Pick<Query<D>, 'from'> & Partial<Query<D>>): D[];
  /** All at one moment. `by` is whose commit it is. */
  write(writes: readonly Write[], by: string): void;
  all<D extends Document>(from: Collection<D>): D[];
  /** Calls `changed` after each commit that wrote the document, until the returned function is called. */
  watch(key: string, changed: () => void): () => void;
  onCommit(listener: (changes: readonly Change[], by: string) => void): void;
}

interface Row {
  readonly version: number;
  readonly text: string;
  readonly document: Document;
}

export function createDatabase(): Database {
  const tables = new Map<string, Map<string, Row>>();
  const watches = new Map<string, Set<() => void>>();
  let listener: (changes: readonly Change[], by: string) => void = () => {};
  let version = 0;

  const table = (name: string) => {
    const found = tables.get(name) ?? new Map<string, Row>();
    tables.set(name, found);
    return found;
  };
  const writeOne = ({ name, id, next }: Write): void => {
    const rows = table(name);
    const document = next(rows.get(id)?.document);
    if (!document) return void rows.delete(id);
    // As a text, which is all that reaches a store: without what is undefined, and shared with nobody.
    const text = JSON.stringify(document);
    rows.set(id, { version: ++version, text, document: JSON.parse(text) });
  };
  const documents = (name: string) =>
    table(name)
      .values()
      .map(row => row.document);

  return {
    read<D>(from: { readonly name: string }, id: string) {
      const row = table(from.name).get(id);
      return row && (JSON.parse(row.text) as D);
    },
    version: (from, id) => table(from.name).get(id)?.version,
    page<D extends Document>(query: Query<D>) {
      const found = matching<D>(query, documents(query.from.name)).slice(0, query.limit + 1);
      return pageOf(query, found, ({ id }) => JSON.parse(table(query.from.name).get(id)?.text ?? 'null') as D);
    },
    matching: query => matching(query, documents(query.from.name)),
    write(writes, by) {
      const changes = new Map<string, Change>();
      for (const { name, id } of writes) {
        changes.set(`${name}/${id}`, { collection: name, before: table(name).get(id)?.document, after: undefined });
      }
      for (const one of writes) writeOne(one);
      for (const { name, id } of writes) {
        const key = `${name}/${id}`;
        const after = table(name).get(id)?.document;
        changes.set(key, { ...(changes.get(key) as Change), after });
      }
      if (changes.size > 0) listener([...changes.values()], by);
      for (const key of changes.keys()) for (const changed of watches.get(key) ?? []) changed();
    },
    all: <D>(from: { readonly name: string }) => [...documents(from.name)] as D[],
    watch(key, changed) {
      const listeners = watches.get(key) ?? new Set();
      watches.set(key, listeners.add(changed));
      return () => void listeners.delete(changed);
    },
    onCommit: next => {
      listener = next;
    },
  };
}
