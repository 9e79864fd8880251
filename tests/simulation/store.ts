/**
 * The store seam of one process over the simulated database. Transactions are optimistic, read at different moments, and
 * run again when they lost or when nobody knows what became of their commit: all that the seam's promises allow, which
 * is more than either real store does. It passes the stores' conformance suite (`store.test.ts`).
 */
import { PlatformError } from '../../common/platform/errors.ts';
import type { Collection, Document, Query, Store, Transaction } from '../../common/platform/store.ts';
import type { Database, Write } from './database.ts';
import type { Process } from './process.ts';
import { checkQuery } from './query.ts';

export interface StoreOptions {
  /** How often a transaction is tried; the Firestore SDK's count by default. */
  readonly tries?: number;
}

type Reads = Map<string, () => boolean>;

/** The commit's answer was lost, and the driver runs the work again. */
class UnknownOutcome extends Error {}

export function connectStore(database: Database, process: Process, { tries = 5 }: StoreOptions = {}): Store {
  const { call } = process;

  async function attempt<T>(work: (tx: Transaction) => Promise<T>): Promise<{ readonly value: T } | 'again'> {
    const reads: Reads = new Map();
    const writes: Write[] = [];
    const state = { ended: false };
    const stands = () => reads.values().every(still => still());
    try {
      const tx: Transaction = Object.assign(reading(reads, writes, state), writing(writes, state));
      const value = await work(tx);
      state.ended = true;
      return (await commit(writes, stands)) === 'committed' ? { value } : 'again';
    } catch (error) {
      // What `work` read may not have been of one moment, and then its error may come from that alone.
      if (state.ended || error instanceof PlatformError || stands()) throw error;
      return 'again';
    } finally {
      state.ended = true;
    }
  }

  function reading(reads: Reads, writes: readonly Write[], state: { ended: boolean }) {
    const read = async <R>(key: string, take: () => R, print: () => unknown): Promise<R> => {
      insist(state);
      if (writes.length > 0) throw new Error('In a transaction all reads come before the first write.');
      return call(`tx reads ${key}`, () => {
        const seen = print();
        if (!reads.has(key)) reads.set(key, () => print() === seen);
        return take();
      });
    };
    return {
      get<D extends Document>(from: Collection<D>, id: string) {
        const version = () => database.version(from, id);
        return read<D | undefined>(`${from.name}/${id}`, () => database.read<D>(from, id), version);
      },
      async list<D extends Document>(query: Query<D>) {
        checkQuery(query);
        const { from, where, orderBy, limit, after } = query;
        const versions = () =>
          database
            .page(query)
            .items.map(({ id }) => `${id} ${database.version(from, id)}`)
            .join();
        return read(
          `${from.name}?${JSON.stringify([where, orderBy, limit, after])}`,
          () => database.page(query),
          versions,
        );
      },
    };
  }

  /** Of a commit whose answer is lost nobody knows; a driver may run the work again or tell its caller. */
  async function commit(writes: readonly Write[], stands: () => boolean): Promise<'committed' | 'lost'> {
    const what = writes.length === 0 ? 'ends its reads' : `commits ${writes.map(({ name, id }) => `${name}/${id}`)}`;
    const lost = process.dice.chance(0.7)
      ? () => new UnknownOutcome()
      : () => new PlatformError('unavailable', 'a commit was done, and its answer lost');
    const apply = (): 'committed' | 'lost' => {
      if (!stands()) return 'lost';
      database.write(writes, process.name);
      return 'committed';
    };
    return call(what, apply, { lost }).catch((error: unknown) => {
      if (error instanceof UnknownOutcome) return 'lost';
      throw error;
    });
  }

  return {
    async transaction(work) {
      for (let tried = 0; tried < tries; tried++) {
        const outcome = await attempt(work);
        if (outcome !== 'again') return outcome.value;
        await call('waits before it tries again', () => {}, { within: true });
      }
      throw new PlatformError('contended', `lost ${tries} times`);
    },
    get: async (from, id) => call(`gets ${from.name}/${id}`, () => database.read(from, id)),
    async list(query) {
      checkQuery(query);
      return call(`lists ${query.from.name}`, () => database.page(query));
    },
    async count({ from, where }) {
      const query = { from, ...(where ? { where } : {}) };
      checkQuery(query);
      return call(`counts ${from.name}`, () => database.matching(query).length);
    },
    watch: (from, id, onChange) =>
      watch(database, process, {
        key: `${from.name}/${id}`,
        read: () => database.read(from, id),
        onChange: onChange as (document: Document | undefined) => void,
      }),
  };
}

function writing(writes: Write[], state: { ended: boolean }): Pick<Transaction, 'set' | 'increment' | 'delete'> {
  const plan = (write: Write) => {
    insist(state);
    writes.push(write);
  };
  return {
    set({ name }, document) {
      // As it is now: nothing that the caller does to the object later reaches the store.
      const copy = JSON.parse(JSON.stringify(document));
      plan({ name, id: document.id, next: () => copy });
    },
    increment({ name }, id, by) {
      if (!Object.values(by).every(Number.isSafeInteger)) {
        throw new PlatformError('invalid', 'An increment adds integers.');
      }
      const steps = { ...by };
      plan({ name, id, next: before => raised(before ?? { id }, steps) });
    },
    delete: ({ name }, id) => plan({ name, id, next: () => undefined }),
  };
}

function insist({ ended }: { readonly ended: boolean }): void {
  if (ended) throw new Error('The transaction has ended: its work has to await everything it does.');
}

function raised(document: Document, by: { readonly [field: string]: number }): Document {
  const fields = document as unknown as { readonly [field: string]: unknown };
  const sums = Object.entries(by).map(([field, step]) => [field, (Number(fields[field]) || 0) + step]);
  return { ...document, ...Object.fromEntries(sums) };
}

interface Watching {
  readonly key: string;
  readonly read: () => Document | undefined;
  readonly onChange: (document: Document | undefined) => void;
}

/** Changes that follow one another quickly are folded into the last one. */
function watch(database: Database, process: Process, { key, read, onChange }: Watching): () => void {
  let open = true;
  let due = false;
  const changed = () => {
    if (due) return;
    due = true;
    process.tell(`${process.name} sees ${key}`, process.dice.between(1, 50), () => {
      due = false;
      if (open) onChange(read());
    });
  };
  const stop = database.watch(key, changed);
  changed();
  return () => {
    open = false;
    stop();
  };
}
