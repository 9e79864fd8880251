/**
 * docs/migrating.md against the code: its routes, its names of styles, its levels, and the members of the recorded
 * requests and answers, each with what takes its place.
 */
import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LEGACY_SUCCESSORS } from '../api/legacy/successors.ts';
import { PROBLEMS } from '../common/errors.ts';
import { resolveStyleId, SEED_STYLES, STYLE_ALIASES } from '../common/styles.ts';
import { recorded, type Shape } from './legacy-world.ts';

const test = suite('docs/migrating.md');
const page = await readFile(new URL('../docs/migrating.md', import.meta.url), 'utf8');

test('every old route stands there with what takes its place', () => {
  const told = rowsOf('Routes').map(([old = '', successor]) => [old.slice(1, -1), successor] as const);
  assert.equal(Object.fromEntries(told.filter(([old]) => old !== 'GET /health')), LEGACY_SUCCESSORS);
});

test('every member of what was recorded stands there', async () => {
  const told = new Set(rowsOf('Fields').flatMap(([old = '']) => old.match(/(?<=`)\w+/g) ?? []));
  // Of routes that have no successor in kind, and the names of styles, which have a table of their own.
  const others = new Set([
    'model',
    'custom_model',
    'project',
    'styles',
    'rate_limits',
    'daily',
    'burst',
    'named',
    'custom',
  ]);
  for (const name of ['status', 'timestamp', 'detail']) others.add(name);
  for (const name of Object.keys(STYLE_ALIASES)) others.add(name);
  const names = (await recorded()).flatMap(({ request, answer }) => [
    ...Object.keys(request.body ?? {}),
    ...membersOf(answer),
  ]);
  assert.equal(
    [...new Set(names)].filter(name => !told.has(name) && !others.has(name)),
    [],
  );
});

test('every old name of a style leads to a style that there is', () => {
  const ids = SEED_STYLES.map(({ id }) => id);
  const told = rowsOf('Styles').flatMap(([old = '', , id = '']) =>
    (old.match(/(?<=`)\w+(?=`)/g) ?? []).map(name => [name, id.slice(1, -1)]),
  );
  assert.equal(Object.fromEntries(told), STYLE_ALIASES);
  for (const [name = ''] of told) assert.ok(ids.includes(resolveStyleId(name)), name);
});

test('every code that it names is one', () => {
  const codes = rowsOf('Refusals').flatMap(([, , code = '']) => code.match(/(?<=`)[a-z]+(_[a-z]+)+(?=`)/g) ?? []);
  assert.ok(codes.length > 5);
  for (const code of codes) assert.ok(code in PROBLEMS, code);
});

test.run();

/** The cells of all tables below a heading, but for their heads. */
function rowsOf(heading: string): string[][] {
  const section = page.split(`## ${heading}`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter(line => /^\|(?!---| old )/.test(line));
  assert.ok(rows.length > 0, heading);
  return rows.map(row => row.split(' | ').map(cell => cell.replace(/^\| | \|$/g, '').trim()));
}

function membersOf(shape: Shape): string[] {
  if (typeof shape === 'string' || Array.isArray(shape)) return [];
  return Object.entries(shape).flatMap(([name, value]) => [name, ...membersOf(value as Shape)]);
}
