/**
 * No stored field is forgotten when somebody asks what is held of them, and docs/privacy.md says what the code does.
 */
import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { COLLECTIONS } from '../common/collections.ts';
import { DAY_MS, LIMITS } from '../common/limits.ts';
import { declaredFields } from './compatibility/fields.ts';
import { holdsTable } from './docs-table.ts';
import { FIELDS } from './personal-fields.ts';

const test = suite('privacy page');
/** Where the types of stored documents stand. */
const SOURCES = [
  ...['job', 'documents', 'styles', 'batches/batch', 'bulk/bulk-action', 'economy/upstream-batch'],
  'privacy/privacy-request',
];
/** Computed on reading. */
const NOT_STORED = ['Standing'];
const read = (path: string) => readFile(new URL(`../${path}`, import.meta.url), 'utf8');

test('each field of each stored document is known to hold something of a person, or nothing', async () => {
  const declared = new Map<string, Set<string>>();
  for (const source of SOURCES) {
    for (const line of declaredFields(await read(`common/${source}.ts`))) {
      const [, type = '', field = ''] = /^(\w+)\.(\w+)\??:/.exec(line) ?? [];
      if (field !== '' && !NOT_STORED.includes(type)) declared.set(type, (declared.get(type) ?? new Set()).add(field));
    }
  }
  assert.equal([...declared.keys()].sort(), Object.keys(FIELDS).sort(), 'types: see tests/personal-fields.ts');
  for (const [type, { personal, other }] of Object.entries(FIELDS)) {
    // Every document has an id; here it is named where it tells of a person.
    const named = [...Object.keys(personal).filter(field => field !== 'id'), ...other.filter(field => field !== 'id')];
    const has = [...(declared.get(type) ?? [])].filter(field => field !== 'id');
    const undecided = has.filter(field => !named.includes(field)).map(field => `${type}.${field}`);
    assert.equal(undecided, [], 'say in tests/personal-fields.ts whether these are of a person');
    assert.equal(
      named.filter(field => !has.includes(field)),
      [],
      `${type} has no such fields any more`,
    );
  }
});

test('each collection is known', () => {
  const stored = Object.values(FIELDS).map(one => one.stored);
  for (const { name } of COLLECTIONS) assert.ok(stored.includes(name), name);
});

test('the page lists what is of a person, and what an erasure leaves of it', async () => {
  const rows = Object.values(FIELDS).flatMap(({ stored, personal }) =>
    Object.entries(personal).map(([field, [what, left]]) => `| ${stored} | \`${field}\` | ${what} | ${left} |`),
  );
  const intro = [
    'Made from the table that `tests/privacy-docs.test.ts` holds against the types of all stored documents: a field that is not',
    'named there, as personal or not, fails it. `x.y` is a part of the document `x`.',
    '',
  ];
  const head = ['| where | field | what it holds | after the erasure of the customer there is |', '|---|---|---|---|'];
  await holdsTable('docs/privacy.md', '## Every field', [...intro, ...head, ...rows]);
});

test('the page says for how long photos, pictures and backups are kept', async () => {
  const page = await read('docs/privacy.md');
  assert.match(page, `${LIMITS.retentionMs / DAY_MS} days from the last use`);
  assert.match(await read('infra-scripts/google/backup.ts'), "RETENTION = '7d'");
  assert.match(page, 'seven days');
  assert.match(page, '`ORDER_RETENTION_DAYS` (400)');
});

test.run();
