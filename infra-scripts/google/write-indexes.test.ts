import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { COLLECTIONS } from '../../common/collections.ts';
import { collection, type Document } from '../../common/platform/store.ts';
import { firestoreIndexes, INDEXES_FILE, textOf } from './write-indexes.ts';

const test = suite('Firestore indexes');

interface Thing extends Document {
  readonly lane: string;
  readonly open: boolean;
  readonly rank: number;
  readonly note: string;
  readonly expireAt: number;
}

test('the file is what the declaration says: node infra-scripts/google/write-indexes.ts', async () => {
  assert.is(await readFile(INDEXES_FILE, 'utf8'), textOf(firestoreIndexes(COLLECTIONS)));
});

test('a composite index names the fields of equality, then the order; single fields are Firestore’s own', () => {
  const things = collection<Thing>('things', {
    indexes: [
      { equal: ['lane', 'open'], order: { field: 'rank', direction: 'desc' } },
      { equal: ['lane', 'open'] },
      { equal: ['lane'] },
      { equal: [], order: { field: 'rank', direction: 'asc' } },
    ],
    expires: 'expireAt',
    unindexed: ['note'],
  });
  const up = (fieldPath: string) => ({ fieldPath, order: 'ASCENDING' });
  const whole = { collectionGroup: 'things', queryScope: 'COLLECTION' };
  assert.equal(firestoreIndexes([things]), {
    indexes: [
      { ...whole, fields: [up('lane'), up('open'), { fieldPath: 'rank', order: 'DESCENDING' }] },
      { ...whole, fields: [up('lane'), up('open')] },
    ],
    fieldOverrides: [
      { collectionGroup: 'things', fieldPath: 'expireAt', ttl: true, indexes: [] },
      { collectionGroup: 'things', fieldPath: 'note', indexes: [] },
    ],
  });
});

test('every declared index appears, and none of a field that is exempt', () => {
  const { indexes, fieldOverrides } = firestoreIndexes(COLLECTIONS);
  const there = indexes.map(
    ({ collectionGroup, fields }) => `${collectionGroup}: ${fields.map(one => `${one.fieldPath} ${one.order}`).join()}`,
  );
  assert.is(new Set(there).size, there.length, 'no index twice');
  for (const { name, indexes: declared, expires, unindexed = [] } of COLLECTIONS) {
    const exempt = new Set<string>([...(expires === undefined ? [] : [expires]), ...unindexed]);
    const overridden = fieldOverrides.filter(one => one.collectionGroup === name).map(one => one.fieldPath);
    assert.equal(new Set(overridden), exempt);
    for (const { equal, order } of declared) {
      const fields = [
        ...equal.map(field => `${field} ASCENDING`),
        ...(order ? [`${order.field} ${order.direction === 'asc' ? 'ASCENDING' : 'DESCENDING'}`] : []),
      ];
      const text = `${name}: ${fields.join()}`;
      assert.ok(fields.length === 1 || there.includes(text), text);
      assert.not(
        [...equal, order?.field ?? ''].some(field => exempt.has(field)),
        text,
      );
    }
  }
});

test.run();
