/**
 * Holds the pages of the documentation against the code. Tables that only repeat the code are generated:
 * `UPDATE_DOCS=1 npm test -- tests/docs.test.ts` writes them.
 */
import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ROUTES } from '../api/app.ts';
import { readConfig } from '../common/config.ts';
import { PROBLEMS } from '../common/errors.ts';
import { OUTCOMES } from '../common/outcomes.ts';
import { holdsTable } from './docs-table.ts';

const test = suite('documentation');
const read = (path: string) => readFile(new URL(`../${path}`, import.meta.url), 'utf8');

test('every error code stands in docs/http-api.md as the code has it', async () => {
  const rows = Object.entries(PROBLEMS).map(([code, { status, title }]) => `| ${status} | \`${code}\` | ${title} |`);
  await holdsTable('docs/http-api.md', '## Error codes', ['| status | code | what to do |', '|---|---|---|', ...rows]);
});

test('every outcome of an attempt stands in docs/outcomes.md as the code has it', async () => {
  const rows = Object.entries(OUTCOMES).map(
    ([code, row]) => `| \`${code}\` | ${row.end} | ${row.retry} | ${row.billed} | ${row.message} | ${row.detail} |`,
  );
  const head = [
    '| code | ends as | tried again | billed | the shopper reads | the operator knows |',
    '|---|---|---|---|---|---|',
  ];
  await holdsTable('docs/outcomes.md', '## Outcomes', [...head, ...rows]);
});

test('every route stands in docs/http-api.md with whom it serves', async () => {
  const page = await read('docs/http-api.md');
  for (const [method, path, audience] of ROUTES) {
    const who = audience === 'anyone' ? 'anyone' : audience.join(', ');
    assert.ok(page.includes(`| \`${method.toUpperCase()} ${path}\` | ${who} |`), `${method} ${path} for ${who}`);
  }
});

test('every setting stands in the README, and every setting there is read', async () => {
  const seen = new Set<string>();
  readConfig(new Proxy({}, { get: (_, name) => void seen.add(String(name)) }));
  const table = (await read('README.md')).split('## Settings')[1]?.split('\n## ')[0] ?? '';
  const named = new Set(table.match(/(?<=`)[A-Z_]{4,}(?=`)/g));
  assert.equal([...named].sort(), [...seen].sort());
});

test('every dependency has its reason, and no reason outlives its dependency', async () => {
  const manifest = JSON.parse(await read('package.json')) as Record<string, Record<string, string>>;
  const used = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap(kind =>
    Object.keys(manifest[kind] ?? {}),
  );
  const rows = (await read('docs/dependencies.md')).split('\n').filter(line => line.startsWith('| `'));
  const explained = rows.flatMap(row => row.split('|')[1]?.match(/(?<=`)[^`, ]+(?=`)/g) ?? []);
  assert.equal(explained.sort(), used.sort());
});

test('links between the pages lead somewhere', async () => {
  for (const page of [
    'README.md',
    'CONTRIBUTING.md',
    'docs/http-api.md',
    'docs/outcomes.md',
    'docs/platforms.md',
    'docs/command-line.md',
  ]) {
    const links = (await read(page)).matchAll(/\]\((?!http)([^)#]+)\)/g);
    for (const [, target = ''] of links) {
      const path = new URL(target, new URL(`../${page}`, import.meta.url));
      assert.ok(await readFile(path, 'utf8').catch(() => undefined), `${page} → ${target}`);
    }
  }
});

test.run();
