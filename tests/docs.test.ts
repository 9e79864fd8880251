/**
 * Holds the pages of the documentation against the code. Tables that only repeat the code are generated:
 * `UPDATE_DOCS=1 npm test -- tests/docs.test.ts` writes them.
 */
import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ROUTES } from '../api/app.ts';
import { AUDIT_ACTIONS } from '../common/audit.ts';
import { readConfig, readGoogleConfig } from '../common/config.ts';
import { PROBLEMS } from '../common/errors.ts';
import { OUTCOMES } from '../common/outcomes.ts';
import { holdsTable } from './docs-table.ts';
import { STORAGE_EMULATOR, STORAGE_EMULATOR_VERSION, STORAGE_GAPS } from './doubles/storage/public-emulator.ts';
import { TASKS_EMULATOR, TASKS_GAPS } from './doubles/tasks/public-emulator.ts';
import { gapRows } from './doubles/witness-cases.ts';

const test = suite('documentation');
const read = (path: string) => readFile(new URL(`../${path}`, import.meta.url), 'utf8');

test('every error code stands in docs/http-api.md as the code has it', async () => {
  const rows = Object.entries(PROBLEMS).map(([code, { status, title }]) => `| ${status} | \`${code}\` | ${title} |`);
  await holdsTable('docs/http-api.md', '## Error codes', ['| status | code | what to do |', '|---|---|---|', ...rows]);
});

test('every outcome of an attempt stands in docs/outcomes.md as the code has it', async () => {
  const rows = Object.entries(OUTCOMES).map(
    ([code, row]) =>
      `| \`${code}\` | ${row.end} | ${row.retry} | ${row.health} | ${row.billed} | ${row.message} | ${row.detail} |`,
  );
  const head = [
    '| code | ends as | tried again | the model is | billed | the shopper reads | the operator knows |',
    '|---|---|---|---|---|---|---|',
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

test('every action of the audit stands in docs/http-api.md, and no other', async () => {
  const [, list = ''] = (await read('docs/http-api.md')).match(/Actions: (.*?)\. What Shopify/s) ?? [];
  assert.equal(
    [...list.matchAll(/`([a-z.]+)`/g)].map(([, action]) => action).toSorted(),
    [...AUDIT_ACTIONS].toSorted(),
  );
});

test('every setting of either platform stands in its table, and every setting there is read', async () => {
  const inReadme = await settingsIn('README.md', '## Settings');
  assert.equal(inReadme, settingsOf(readConfig));
  const inPlatforms = await settingsIn('docs/platforms.md', '## Settings of the google platform');
  const google = settingsOf(readGoogleConfig);
  const onlyGoogle = google.filter(name => !inReadme.includes(name));
  assert.equal(inPlatforms, onlyGoogle);
  assert.equal(
    inReadme.filter(name => !google.includes(name)),
    ['DATA_DIR'],
    'what the page says of the others',
  );
});

test('what the outside emulators cannot do stands in docs/platforms.md, with the version that CI installs', async () => {
  const rows = [...gapRows(STORAGE_EMULATOR, STORAGE_GAPS), ...gapRows(TASKS_EMULATOR, TASKS_GAPS)];
  await holdsTable('docs/platforms.md', '## What the outside emulators cannot do', [
    `Cases of the conformance suites that ${STORAGE_EMULATOR} ${STORAGE_EMULATOR_VERSION} and ${TASKS_EMULATOR} fail.`,
    'Any other that fails, fails the run, and so does one that always failed and now passes.',
    '',
    '| emulator | case | fails | why |',
    '|---|---|---|---|',
    ...rows,
  ]);
  assert.ok((await read('.ci/run')).includes(`FAKE_GCS_SERVER_VERSION=${STORAGE_EMULATOR_VERSION}\n`));
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
    'docs/client.md',
    'docs/batches.md',
    'docs/outcomes.md',
    'docs/platforms.md',
    'docs/command-line.md',
    'docs/operators.md',
    'docs/console.md',
    'docs/security.md',
    'docs/shopify.md',
    'docs/storefront.md',
    'docs/webhooks.md',
    'docs/job-lifecycle.md',
    'docs/operations.md',
    'docs/provisioning.md',
    'docs/scale.md',
  ]) {
    const links = (await read(page)).matchAll(/\]\((?!http)([^)#]+)\)/g);
    for (const [, target = ''] of links) {
      const path = new URL(target, new URL(`../${page}`, import.meta.url));
      assert.ok(await readFile(path, 'utf8').catch(() => undefined), `${page} → ${target}`);
    }
  }
});

test.run();

/** The names that a configuration reads, whatever it makes of them. */
function settingsOf(readSettings: (env: Record<string, undefined>) => unknown): string[] {
  const seen = new Set<string>();
  readSettings(new Proxy({}, { get: (_, name) => void seen.add(String(name)) }));
  return [...seen].sort();
}

/** The names in the first column of a section's table. */
async function settingsIn(path: string, heading: string): Promise<string[]> {
  const section = (await read(path)).split(`${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const cells = section.split('\n').flatMap(line => (line.startsWith('| `') ? (line.split('|')[1] ?? []) : []));
  return cells.flatMap(cell => cell.match(/(?<=`)[A-Z_]+(?=`)/g) ?? []).sort();
}
