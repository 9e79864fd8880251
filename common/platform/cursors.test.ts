import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { pageOf, readCursor } from './cursors.ts';
import { isPlatformError } from './errors.ts';
import { collection, type Document, type Query } from './store.ts';

const test = suite('cursors');

interface Book extends Document {
  readonly shelf: string;
  readonly year?: number | string | boolean;
}

const books = collection<Book>('books');
const byYear: Query<Book> = { from: books, orderBy: ['year', 'desc'], limit: 2 };
const asIs = (book: Book) => book;
const book = (id: string, year: Book['year'] = 1_900): Book => ({ id, shelf: 'a', year });
const cursorAt = (last: Book, query: Query<Book> = byYear) => {
  const { next } = pageOf({ ...query, limit: 1 }, [last, book('more')], asIs);
  return next ?? '';
};

test('a page ends with a cursor only if more was found than it shows', () => {
  const found = [book('a'), book('b'), book('c')];
  assert.equal(pageOf(byYear, [], asIs), { items: [] });
  assert.equal(pageOf(byYear, found.slice(0, 2), asIs), { items: found.slice(0, 2) });
  const { items, next } = pageOf(byYear, found, asIs);
  assert.equal(items, found.slice(0, 2));
  assert.equal(readCursor(byYear, next ?? ''), [1_900, 'b']);
});

test('what is shown is decoded, what only tells that there is more is not', () => {
  const decoded: string[] = [];
  const decode = (text: string) => {
    decoded.push(text);
    return text === 'gone' ? undefined : book(text);
  };
  const { items, next } = pageOf({ ...byYear, limit: 3 }, ['a', 'gone', 'b', 'more'], decode);
  assert.equal(
    items.map(({ id }) => id),
    ['a', 'b'],
  );
  assert.equal(decoded, ['a', 'gone', 'b']);
  assert.is(readCursor(byYear, next ?? '')[1], 'b');
});

test('the place is the value of the order and the id, whatever type the value has', () => {
  for (const year of [0, -1.5, 1e308, '', 'MDCCC', 'ä', true, false]) {
    assert.equal(readCursor(byYear, cursorAt(book('a', year))), [year, 'a']);
  }
  const byId: Query<Book> = { from: books, limit: 2 };
  assert.equal(readCursor(byId, cursorAt(book('"a" ä/b'), byId)), ['"a" ä/b', '"a" ä/b']);
});

test('pages of one query may differ in length; a cursor of any other query is refused', () => {
  const cursor = cursorAt(book('a'));
  assert.equal(readCursor({ ...byYear, limit: 50 } as Query<Book>, cursor), [1_900, 'a']);
  const others: Query<Book>[] = [
    { ...byYear, orderBy: ['year', 'asc'] },
    { ...byYear, orderBy: ['shelf', 'desc'] },
    { ...byYear, where: [['year', '>', 0]] },
    { ...byYear, where: [['shelf', '==', 'a']] },
    { ...byYear, from: collection<Book>('papers') },
  ];
  for (const other of others) refuses(() => readCursor(other, cursor), /another query/);
  const where = [['shelf', '==', 'a']] as const;
  refuses(() => readCursor({ ...byYear, where: [['shelf', '==', 'b']] }, cursorAt(book('a'), { ...byYear, where })));
});

test('what was changed, cut off or made up is refused', () => {
  const cursor = cursorAt(book('a'));
  const parts = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
  const made = (changed: unknown) => Buffer.from(JSON.stringify(changed)).toString('base64url');
  assert.equal(readCursor(byYear, made(parts)), [1_900, 'a']);
  const [print] = parts;
  const wrong = ['', 'x', '!', cursor.slice(0, -4), `A${cursor}`, made(null), made({}), made([]), made('text')];
  const shapes = [[print], [print, 1], [print, 1, 2], [print, 1, null], [print, 1, 'a', 'b'], [1, 1, 'a']];
  const values = [null, {}, [], [1]].map(value => [print, value, 'a']);
  for (const bad of [...wrong, ...[...shapes, ...values].map(made)]) refuses(() => readCursor(byYear, bad));
});

test.run();

function refuses(read: () => unknown, sentence = /cursor/): void {
  assert.throws(read, (error: unknown) => isPlatformError(error, 'invalid') && sentence.test(error.message));
}
