/**
 * What the tests of the Firestore store share: stores on an emulator or on a proxy before it, each test in a project of
 * its own, closed whatever happens.
 */
import type { Settings } from '@google-cloud/firestore';
import { type Clock, type Random, systemClock } from '../../common/clock.ts';
import { createFirestoreStore, type FirestoreStore } from '../../common/google/store.ts';
import { CONFORMANCE_COLLECTIONS } from '../../common/platform/store.conformance.ts';
import type { FirestoreEmulator } from '../doubles/firestore-emulator.ts';
import { type FirestoreProxy, type ProxyOptions, startFirestoreProxy } from '../doubles/firestore-proxy.ts';

export interface FirestoreWorld {
  readonly projectId: string;
  /** Everything that the stores of this world send goes through it. */
  readonly proxy: FirestoreProxy;
  readonly store: FirestoreStore;
  /** Another store on the same database, as another process would have. */
  another(options?: StoreOptions): FirestoreStore;
}

export interface StoreOptions {
  readonly clock?: Clock;
  readonly random?: Random;
}

/** Dice that always fall so that nothing waits longer than it must. */
export const IMPATIENT: Random = { fraction: () => 0, bytes: count => new Uint8Array(count) };
/** Runs timers ten times as fast, so that waits of seconds can be tested. */
export const FAST_CLOCK: Clock = { ...systemClock, after: (ms, run) => systemClock.after(ms / 10, run) };

/** Tells the time ten times as slowly, for a busy machine: nothing is given up because of the time that it takes. */
export const SLOW_CLOCK: Clock = { ...systemClock, now: () => systemClock.now() / 10 };

export function inFirestore(
  emulator: FirestoreEmulator,
  body: (world: FirestoreWorld) => Promise<void>,
  options: StoreOptions & ProxyOptions = {},
): () => Promise<void> {
  return async () => {
    const proxy = await startFirestoreProxy(emulator.host, options);
    const projectId = emulator.newProject();
    const stores: FirestoreStore[] = [];
    const another = (more: StoreOptions = {}) => {
      const store = openStore(projectId, { host: proxy.host, ssl: false }, { ...options, ...more });
      stores.push(store);
      return store;
    };
    try {
      await body({ projectId, proxy, store: another(), another });
    } finally {
      await Promise.all(stores.map(store => store.close()));
      await proxy.close();
    }
  };
}

export function openStore(projectId: string, settings: Settings, options: StoreOptions = {}): FirestoreStore {
  // There is no Google to ask for credentials, and the SDK would wait for it.
  process.env.METADATA_SERVER_DETECTION = 'none';
  return createFirestoreStore({
    projectId,
    databaseId: '(default)',
    collections: CONFORMANCE_COLLECTIONS,
    clock: options.clock ?? systemClock,
    random: options.random ?? IMPATIENT,
    settings,
  });
}
