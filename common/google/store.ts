/**
 * The store seam on Firestore. A collection is a collection and a document's id its name (`store-documents.ts`);
 * queries go by the declared indexes (`store-queries.ts`), transactions by Firestore's locks (`store-transactions.ts`).
 * The SDK is loaded by the first call and not before (`store-client.ts`): it would double the time until `listen`.
 */
import type { Settings } from '@google-cloud/firestore';
import type { Clock, Random } from '../clock.ts';
import type { Collection, Document, Query, Store } from '../platform/store.ts';
import { createClient } from './store-client.ts';
import { pageOf } from './store-cursors.ts';
import { checkedId, checkedName, createDocuments, type Documents } from './store-documents.ts';
import { told } from './store-errors.ts';
import { compileCount, compileQuery } from './store-queries.ts';
import { createTransaction } from './store-transactions.ts';
import { createWatches } from './store-watches.ts';

export interface FirestoreStore extends Store {
  /** Ends the watches, waits for the calls that are under way and disconnects. Later calls throw `unavailable`. */
  close(): Promise<void>;
}

export interface FirestoreOptions {
  readonly projectId: string;
  /** `(default)`, or the name of another database of the project. */
  readonly databaseId: string;
  readonly collections: readonly Collection<Document>[];
  readonly random: Random;
  /** Times the waits between tries: real time, also where the domain runs by another clock. */
  readonly clock: Clock;
  /** The SDK's own, for example `preferRest`. It heeds `FIRESTORE_EMULATOR_HOST` by itself. */
  readonly settings?: Settings;
}

/** Neither loads nor connects anything: the first call does. */
export function createFirestoreStore(options: FirestoreOptions): FirestoreStore {
  const client = createClient(options);
  const names = new Set(options.collections.map(({ name }) => name));
  const open = async () => createDocuments(await client.open(), names);
  const watches = createWatches(open, options);

  return {
    ...reads(open),
    transaction: createTransaction(open, options),
    watch<D extends Document>(from: Collection<D>, id: string, onChange: (document: D | undefined) => void) {
      checkedName(from, names);
      checkedId(id);
      return watches.add(from, id, onChange);
    },
    async close() {
      watches.end();
      await client.close();
    },
  };
}

function reads(open: () => Promise<Documents>): Pick<Store, 'get' | 'list' | 'count'> {
  return {
    async get<D extends Document>(from: Collection<D>, id: string) {
      const documents = await open();
      return documents.decode(from, await told(documents.reference(from, id).get()));
    },
    async list<D extends Document>(query: Query<D>) {
      const documents = await open();
      return pageOf(documents, query, await told(compileQuery(documents, query).get()));
    },
    async count<D extends Document>(query: Pick<Query<D>, 'from' | 'where'>) {
      const documents = await open();
      return (await told(compileCount(documents, query).get())).data().count;
    },
  };
}
