/**
 * Wraps the store seam and notes what every transaction touches, under the name of the verb that ran it, so that a test
 * can say which documents two jobs share. Nothing is changed on the way: the store behind is the real one.
 */
import { getCallSites } from 'node:util';
import type { Document, Query, Store, Transaction } from '../common/platform/store.ts';

/** A transaction with all runs of its work taken together. Documents are written as `collection/id`. */
export interface Recorded {
  /** The file of `common/` that began it: `claim`, `finish`, `admit`, `renew` … */
  readonly verb: string;
  /** How often its work ran: more than once when it lost against another transaction. */
  runs: number;
  readonly gets: Set<string>;
  /** Conditions of its queries, such as `runs where generationKey == "ab", status == "running"`. */
  readonly queries: Set<string>;
  /** The documents that those queries answered with. */
  readonly found: Set<string>;
  /** Documents written whole, and deleted. */
  readonly sets: Set<string>;
  readonly increments: Set<string>;
}

export function recordTransactions(store: Store): { readonly store: Store; readonly recorded: Recorded[] } {
  const recorded: Recorded[] = [];
  const recording: Store = {
    ...store,
    transaction(work) {
      const record = newRecord(verbOfCaller());
      recorded.push(record);
      return store.transaction(tx => {
        record.runs++;
        return work(noting(tx, record));
      });
    },
  };
  return { store: recording, recorded };
}

/** The job that a transaction is about: every verb reads its run before anything else. */
export function jobOf({ gets }: Recorded): string | undefined {
  return [...gets].find(document => document.startsWith('runs/'))?.slice('runs/'.length);
}

/**
 * What a transaction can conflict over: all that it read (documents, absences, and the conditions of its queries) or
 * wrote whole. Increments are left out: the seam promises that they read nothing and are never a cause of contention
 * (`Transaction.increment` in common/platform/store.ts).
 */
export function contended({ gets, queries, found, sets }: Recorded): Set<string> {
  return new Set([...gets, ...queries, ...found, ...sets]);
}

/** Whatever transactions of two jobs can conflict over, each with those jobs. */
export function sharedByJobs(records: readonly Recorded[]): Map<string, Set<string>> {
  const jobsOf = new Map<string, Set<string>>();
  for (const record of records) {
    const job = jobOf(record);
    if (job === undefined) throw new Error(`a transaction of ${record.verb} is about no job`);
    for (const touched of contended(record)) jobsOf.set(touched, (jobsOf.get(touched) ?? new Set()).add(job));
  }
  return new Map([...jobsOf].filter(([, jobs]) => jobs.size > 1));
}

function newRecord(verb: string): Recorded {
  return {
    verb,
    runs: 0,
    ...{ gets: new Set(), queries: new Set(), found: new Set(), sets: new Set(), increments: new Set() },
  };
}

/** The verbs know nothing of being watched; the stack tells which of them is calling. */
function verbOfCaller(): string {
  for (const { scriptName } of getCallSites(12)) {
    const verb = /\/common\/(?:jobs\/)?([\w-]+)\.ts$/.exec(scriptName)?.[1];
    if (verb !== undefined) return verb;
  }
  return 'test';
}

function noting(tx: Transaction, record: Recorded): Transaction {
  return {
    get(from, id) {
      record.gets.add(`${from.name}/${id}`);
      return tx.get(from, id);
    },
    async list<D extends Document>(query: Query<D>) {
      record.queries.add(conditionsOf(query));
      const page = await tx.list(query);
      for (const { id } of page.items) record.found.add(`${query.from.name}/${id}`);
      return page;
    },
    set(into, document) {
      record.sets.add(`${into.name}/${document.id}`);
      tx.set(into, document);
    },
    increment(into, id, by) {
      record.increments.add(`${into.name}/${id}`);
      tx.increment(into, id, by);
    },
    delete(from, id) {
      record.sets.add(`${from.name}/${id}`);
      tx.delete(from, id);
    },
  };
}

function conditionsOf<D extends Document>({ from, where = [] }: Query<D>): string {
  const conditions = where.map(([field, operator, value]) => `${field} ${operator} ${JSON.stringify(value)}`);
  return `${from.name} where ${conditions.join(', ')}`;
}
