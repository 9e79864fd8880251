import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Column, tableLines } from './table.ts';

const test = suite('the table');

interface Cat {
  readonly name: string;
  readonly age: number;
  readonly note?: string;
}

const CATS: readonly Cat[] = [
  { name: 'Chelsea', age: 7 },
  { name: '猫', age: 12, note: 'sleeps a lot' },
];
const COLUMNS: readonly Column<Cat>[] = [
  { title: 'NAME', of: ({ name }) => name },
  { title: 'AGE', of: ({ age }) => String(age), right: true },
  { title: 'NEVER', of: () => '' },
  { title: 'NOTE', of: ({ note = '' }) => note, shrinksTo: 6 },
];

test('columns line up, numbers on the right, and empty ones are left out', () => {
  assert.equal(tableLines(COLUMNS, CATS), ['NAME     AGE  NOTE', 'Chelsea    7', '猫        12  sleeps a lot']);
});

test('a narrow terminal cuts the columns that may be cut, and those alone', () => {
  assert.equal(tableLines(COLUMNS, CATS, { width: 22 }), [
    'NAME     AGE  NOTE',
    'Chelsea    7',
    '猫        12  sleeps …',
  ]);
  assert.match(tableLines(COLUMNS, CATS, { width: 10 })[2] ?? '', /^猫 {8}12 {2}sleep…$/);
});

test('colours do not count as width, and values cannot steer the terminal', () => {
  const painted: Column<Cat>[] = [
    { title: 'NAME', of: ({ name }) => `${name}\x1b[31m`, paint: text => `<${text}>` },
    { title: 'AGE', of: ({ age }) => String(age) },
  ];
  assert.equal(tableLines(painted, CATS.slice(0, 1)), ['NAME          AGE', '<Chelsea�[31m>  7']);
});

test('no rows give no table', () => {
  assert.equal(tableLines(COLUMNS, []), []);
});

test.run();
