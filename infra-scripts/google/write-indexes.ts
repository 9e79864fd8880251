/**
 * Writes `firestore.indexes.json` from the one declaration of the collections: `node infra-scripts/google/write-indexes.ts`.
 * A test compares the two, so that no query is refused for the first time in production.
 */
import { writeFile } from 'node:fs/promises';
import { COLLECTIONS } from '../../common/collections.ts';
import type { Collection, Document, Index } from '../../common/platform/store.ts';

export const INDEXES_FILE = new URL('./firestore.indexes.json', import.meta.url);

export interface FirestoreIndexes {
  readonly indexes: readonly CompositeIndex[];
  readonly fieldOverrides: readonly FieldOverride[];
}

interface CompositeIndex {
  readonly collectionGroup: string;
  readonly queryScope: 'COLLECTION';
  readonly fields: readonly { readonly fieldPath: string; readonly order: 'ASCENDING' | 'DESCENDING' }[];
}

interface FieldOverride {
  readonly collectionGroup: string;
  readonly fieldPath: string;
  readonly ttl?: boolean;
  readonly indexes: readonly never[];
}

/** Source of the format: https://firebase.google.com/docs/reference/firestore/indexes */
export function firestoreIndexes(collections: readonly Collection<Document>[]): FirestoreIndexes {
  return {
    indexes: collections.flatMap(({ name, indexes }) =>
      indexes.filter(isComposite).map(index => ({
        collectionGroup: name,
        queryScope: 'COLLECTION' as const,
        fields: fieldsOf(index),
      })),
    ),
    fieldOverrides: collections.flatMap(({ name, expires, unindexed = [] }) => [
      // An index of times that only ever rise would slow down writes, and no query names them.
      ...(expires === undefined ? [] : [{ collectionGroup: name, fieldPath: expires, ttl: true, indexes: [] }]),
      ...unindexed.map(fieldPath => ({ collectionGroup: name, fieldPath, indexes: [] })),
    ]),
  };
}

export function textOf(indexes: FirestoreIndexes): string {
  return `${JSON.stringify(indexes, null, 2)}\n`;
}

/** Firestore keeps the indexes of single fields by itself, and takes no declaration of one. */
function isComposite(index: Index): boolean {
  return fieldsOf(index).length > 1;
}

/** The id that breaks ties needs no mention: Firestore appends the document's name, in the direction of the last field. */
function fieldsOf({ equal, order }: Index): CompositeIndex['fields'] {
  const ranked = order && {
    fieldPath: order.field,
    order: order.direction === 'asc' ? ('ASCENDING' as const) : ('DESCENDING' as const),
  };
  return [...equal.map(fieldPath => ({ fieldPath, order: 'ASCENDING' as const })), ...(ranked ? [ranked] : [])];
}

if (import.meta.main) await writeFile(INDEXES_FILE, textOf(firestoreIndexes(COLLECTIONS)));
