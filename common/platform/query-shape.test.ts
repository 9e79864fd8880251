/**
 * The rule of which query shapes an index covers, case by case. That a store keeps to it is for the conformance suite.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isPlatformError } from './errors.ts';
import { type Condition, checkShape, orderOf, type QueryShape } from './query-shape.ts';
import { collection, type Document } from './store.ts';

const test = suite('query shapes');

interface Book extends Document {
  readonly text?: string;
  readonly expireAt?: number;
}

const books = collection<Book>('books', {
  indexes: [
    { equal: ['shelf'], order: { field: 'year', direction: 'desc' } },
    { equal: ['shelf', 'lent'], order: { field: 'year', direction: 'asc' } },
    { equal: ['author', 'shelf'] },
  ],
  expires: 'expireAt',
  unindexed: ['text'],
});

const is = (field: string): Condition => [field, '==', 1];
const from1 = (field: string): Condition => [field, '>=', 1];
const below9 = (field: string): Condition => [field, '<', 9];
type Case = readonly [title: string, shape: Omit<QueryShape, 'from'>];

const COVERED: readonly Case[] = [
  ['nothing', {}],
  ['one equality', { where: [is('author')] }],
  ['any number of equalities', { where: [is('author'), is('lent'), is('year'), is('price')] }],
  ['two values of one field', { where: [is('author'), is('author')] }],
  ['an order', { orderBy: ['price', 'desc'] }],
  ['a range', { where: [from1('price')] }],
  ['both ends and the order of one field', { where: [from1('price'), below9('price')], orderBy: ['price', 'desc'] }],
  ['equality, range and order of one field', { where: [is('price'), from1('price')], orderBy: ['price', 'asc'] }],
  ['the id', { where: [from1('id')] }],
  ['equality and order as declared', { where: [is('shelf')], orderBy: ['year', 'desc'] }],
  ['equality, range and order as declared', { where: [is('shelf'), below9('year')], orderBy: ['year', 'desc'] }],
  ['equalities in any sequence and a range', { where: [is('lent'), from1('year'), is('shelf'), below9('year')] }],
];

const REFUSED: readonly Case[] = [
  ['a direction that is not declared', { where: [is('shelf')], orderBy: ['year', 'asc'] }],
  ['a range, which is ascending, where only descending is declared', { where: [is('shelf'), from1('year')] }],
  ['an order of another field', { where: [is('shelf')], orderBy: ['price', 'desc'] }],
  ['fewer equalities than declared', { where: [is('lent')], orderBy: ['year', 'asc'] }],
  ['more equalities than declared', { where: [is('lent'), is('shelf'), is('author')], orderBy: ['year', 'asc'] }],
  ['an order where the index has none', { where: [is('author'), is('shelf')], orderBy: ['price', 'asc'] }],
  ['two equalities ordered by one of them', { where: [is('author'), is('shelf')], orderBy: ['shelf', 'asc'] }],
  ['an equality ordered by the id', { where: [is('shelf')], orderBy: ['id', 'desc'] }],
  ['ranges of two fields', { where: [from1('year'), from1('price')] }],
  ['a range that is not the order', { where: [from1('year')], orderBy: ['price', 'asc'] }],
  ['a condition of the expiry', { where: [below9('expireAt')] }],
  ['the order of the expiry', { orderBy: ['expireAt', 'asc'] }],
  ['a condition of an exempt field', { where: [is('author'), is('text')] }],
];

for (const [title, shape] of COVERED) {
  test(`covered: ${title}`, () => checkShape({ ...shape, from: books }));
}

for (const [title, shape] of REFUSED) {
  test(`refused: ${title}`, () => {
    assert.throws(
      () => checkShape({ ...shape, from: books }),
      (error: unknown) => isPlatformError(error, 'invalid'),
    );
  });
}

test('a refusal names the index that would have to be declared', () => {
  assert.throws(
    () => checkShape({ from: books, where: [is('lent'), is('author')], orderBy: ['year', 'desc'] }),
    'No index of books covers equality of lent, author with the order year desc: it must be declared.',
  );
});

test('the order is the one asked for, else the range upwards, else the id upwards', () => {
  assert.equal(orderOf({ from: books, where: [from1('year')], orderBy: ['year', 'desc'] }), ['year', 'desc']);
  assert.equal(orderOf({ from: books, where: [is('shelf'), from1('year')] }), ['year', 'asc']);
  assert.equal(orderOf({ from: books, where: [is('shelf')] }), ['id', 'asc']);
});

test.run();
