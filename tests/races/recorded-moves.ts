/**
 * Wraps the store seam and keeps, for every job, each change of its two documents that was committed, as it was before
 * and after. What a race has to prove is about the way as much as about its end: one end, one settlement, and no moment
 * at which an owner could have seen what was taken back later.
 */
import { jobs, runs } from '../../common/collections.ts';
import type { Job, Run } from '../../common/job.ts';
import type { Collection, Document, Store, Transaction } from '../../common/platform/store.ts';

export interface Change<D> {
  readonly before: D;
  readonly after: D;
}

export interface Moves {
  readonly runs: readonly Change<Run>[];
  readonly jobs: readonly Change<Job>[];
}

export interface RecordedMoves {
  /** Stands for `store`; several stores can be wrapped for one record. */
  around(store: Store): Store;
  of(jobId: string): Moves;
  /** How many transactions had to run again because another one was faster. */
  rerun(): number;
}

export function recordMoves(): RecordedMoves {
  const moves = new Map<string, { readonly runs: Change<Run>[]; readonly jobs: Change<Job>[] }>();
  let rerun = 0;
  const movesOf = (id: string) => {
    const found = moves.get(id) ?? { runs: [], jobs: [] };
    moves.set(id, found);
    return found;
  };
  const keep = (changes: Changes) => {
    for (const change of changes.runs.values()) if (isChange(change)) movesOf(change.after.id).runs.push(change);
    for (const change of changes.jobs.values()) if (isChange(change)) movesOf(change.after.id).jobs.push(change);
  };

  return {
    of: movesOf,
    rerun: () => rerun,
    around: store => ({
      ...store,
      async transaction(work) {
        let times = 0;
        let changes: Changes = { runs: new Map(), jobs: new Map() };
        const value = await store.transaction(tx => {
          times++;
          changes = { runs: new Map(), jobs: new Map() };
          return work(noting(tx, changes));
        });
        if (times > 1) rerun++;
        keep(changes);
        return value;
      },
    }),
  };
}

type Noted<D> = { before?: D; after?: D };
interface Changes {
  readonly runs: Map<string, Noted<Run>>;
  readonly jobs: Map<string, Noted<Job>>;
}

/** A document that was made, and one that was only read, is no change. */
function isChange<D>(noted: Noted<D>): noted is Change<D> {
  return noted.before !== undefined && noted.after !== undefined;
}

function noting(tx: Transaction, changes: Changes): Transaction {
  const notesOf = (from: Collection<Document>): Map<string, Noted<Document>> | undefined => {
    if (from.name === runs.name) return changes.runs as Map<string, Noted<Document>>;
    return from.name === jobs.name ? (changes.jobs as Map<string, Noted<Document>>) : undefined;
  };
  const note = (from: Collection<Document>, id: string, what: Noted<Document>) => {
    const notes = notesOf(from);
    notes?.set(id, { ...notes.get(id), ...what });
  };
  return {
    ...tx,
    async get(from, id) {
      const document = await tx.get(from, id);
      if (document) note(from, id, { before: document });
      return document;
    },
    set(into, document) {
      note(into, document.id, { after: document });
      tx.set(into, document);
    },
  };
}
