/**
 * What the tests of the SQLite store share: two collections, a store over them in a directory of its own, and how to
 * fill it and wait for it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { isPlatformError, type PlatformErrorKind } from '../platform/errors.ts';
import { type Collection, collection, type Document } from '../platform/store.ts';
import { type Database, openDatabase } from './sqlite.ts';
import { createSqliteStore, type SqliteStore } from './store.ts';

export interface Item extends Document {
  readonly lane?: string;
  readonly n?: number;
  readonly open?: boolean;
  readonly expireAt?: number;
}

export const LANE_BY_N = { equal: ['lane'], order: { field: 'n', direction: 'desc' } } as const;
export const items = collection<Item>('items', {
  indexes: [
    LANE_BY_N,
    { equal: ['lane'], order: { field: 'n', direction: 'asc' } },
    { equal: [], order: { field: 'n', direction: 'asc' } },
    { equal: ['lane', 'open'] },
  ],
  expires: 'expireAt',
});
export const accounts = collection<Item>('accounts', { expires: 'expireAt' });

export function makeDirectory(): { readonly dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'easel-store-'));
  return { dir, remove: () => rmSync(dir, { recursive: true }) };
}

/** Runs the test with a directory of its own, removed whatever happens. */
export function inDirectory(body: (dir: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const { dir, remove } = makeDirectory();
    try {
      await body(dir);
    } finally {
      remove();
    }
  };
}

/** As `inDirectory`, with an open store in it. */
export function inStore(
  body: (store: SqliteStore, world: { database: Database }) => Promise<void>,
): () => Promise<void> {
  return inDirectory(async dir => {
    const { store, database } = openStore(dir);
    try {
      await body(store, { database });
    } finally {
      database.close();
    }
  });
}

export function openStore(dir: string, collections: readonly Collection<Document>[] = [items, accounts]) {
  const database = openDatabase(dir);
  return { database, store: createSqliteStore(database, collections) };
}

export function put(store: SqliteStore, ...all: readonly Item[]): Promise<void> {
  return store.transaction(async tx => {
    for (const item of all) tx.set(items, item);
  });
}

/** What a commit sets off is done a known number of turns of the event loop later. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(resolve => setImmediate(resolve));
}

export async function rejects(promise: Promise<unknown>, kind: PlatformErrorKind): Promise<void> {
  const error = await promise.then(
    () => 'success',
    (reason: unknown) => reason,
  );
  assert.ok(isPlatformError(error, kind), `expected ${kind}, got ${error}`);
}
