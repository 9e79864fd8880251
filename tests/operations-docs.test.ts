/**
 * The tables of `docs/operations.md`: every setting with its meaning, unit, default and what is accepted. What README and
 * `docs/platforms.md` say of a setting is repeated from there; what is accepted is asked of the code.
 * `UPDATE_DOCS=1 npm test -- tests/operations-docs.test.ts` writes them.
 */
import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { readConfig, readGoogleConfig } from '../common/config.ts';
import { LIMITS, QUEUE_CONCURRENCY } from '../common/limits.ts';
import { environmentOf } from '../infra-scripts/google/environment.ts';
import { holdsTable } from './docs-table.ts';

const test = suite('docs/operations.md');
const PAGE = 'docs/operations.md';
const read = (path: string) => readFile(new URL(`../${path}`, import.meta.url), 'utf8');

const UNITS: { readonly [name: string]: string } = {
  QUOTA_NAMED_PER_DAY: 'pictures a day',
  QUOTA_CUSTOM_PER_DAY: 'pictures a day',
  BUDGET_USD_PER_DAY: 'dollars a day',
  ORDER_RETENTION_DAYS: 'days',
  TRUSTED_HOPS: 'proxies',
};
/** Of the environments' files, by path. */
const ENVIRONMENT: { readonly [path: string]: string } = {
  project: 'id of the project',
  projectNumber: 'its number, of which addresses are made',
  region: 'of Cloud Run, the queues, the scheduler, the registry and the pictures',
  firestoreLocation: 'of the database; for ever',
  database: 'name of the database',
  bucket: 'of the pictures',
  exportBucket: 'of the exports',
  origins: 'pages that read pictures and upload photos',
  publicUrl: "a domain of your own; null = Cloud Run's address",
  gemini: '`{by: key}`, or `{by: vertex, location}`',
  model: '`GEMINI_MODEL`',
  quotaPerDay: '`QUOTA_NAMED_PER_DAY`, `QUOTA_CUSTOM_PER_DAY`',
  orderRetentionDays: '`ORDER_RETENTION_DAYS`, and the lifecycle of the bucket',
  legacy: '`LEGACY_API=on` with `LEGACY_SUNSET`; null = off',
  budgetUsdPerDay: '`BUDGET_USD_PER_DAY`',
  api: 'instances, requests at once in each, seconds for one, processors and memory of the API',
  worker: "the same of the worker; its concurrency is its slots, its time `common/limits.ts`'s",
  queues: 'deliveries at once and each second; together no more than the workers can take',
  canary:
    'share of the requests in percent, minutes to watch, errors allowed in percent from so many requests on; null = none',
  alerts: 'from which share of errors, cost of a day and age of a queue in seconds somebody is told',
  channels: 'who: addresses of mail, names of Slack channels, secrets with keys of PagerDuty',
  github: 'the repository whose workflows may deploy',
};

test('every setting stands there with its unit, its default and what is accepted', async () => {
  const accepted = new Map([...(await acceptedBy(readGoogleConfig)), ...(await acceptedBy(readConfig))]);
  const rows = [...(await rowsOf('README.md', '## Settings')), ...(await rowsOf('docs/platforms.md', GOOGLE))];
  const lines = rows.map(([names = '', fallback = '', meaning = '']) => {
    const each = names.match(/(?<=`)[A-Z_]+(?=`)/g) ?? [];
    const unit = [...new Set(each.map(name => UNITS[name] ?? ''))].join(', ');
    const takes = [...new Set(each.map(name => accepted.get(name) ?? 'any text'))].join(', ');
    for (const name of each) assert.ok(accepted.has(name), name);
    return `| ${names} | ${meaning.replaceAll('](docs/', '](').replaceAll('](../README', '](../README')} | ${unit} | ${fallback} | ${takes} |`;
  });
  await holdsTable(PAGE, '## Settings', [
    'Both platforms first, then those of google alone.',
    '',
    '| variable | meaning | unit | default | accepted |',
    '|---|---|---|---|---|',
    ...lines,
  ]);
});

test('every setting of an environment stands there, as staging and production have it', async () => {
  const [staging, production] = await Promise.all(
    ['staging', 'production'].map(
      async name => parse(await read(`infra-scripts/google/environments/${name}.yaml`)) as Record<string, unknown>,
    ),
  );
  assert.ok(environmentOf('staging', staging) && environmentOf('production', production));
  const known = Object.keys(production ?? {});
  assert.equal(Object.keys(ENVIRONMENT).sort(), known.toSorted());
  const rows = known.map(
    name => `| \`${name}\` | ${ENVIRONMENT[name]} | ${shown(staging?.[name])} | ${shown(production?.[name])} |`,
  );
  await holdsTable(PAGE, '## Settings of an environment', [
    '`infra-scripts/google/environments/staging.yaml` and `production.yaml`. The deploy hands them on as the variables above where there',
    'is one. Names that begin with `example-` have to be replaced.',
    '',
    '| setting | meaning | staging | production |',
    '|---|---|---|---|',
    ...rows,
  ]);
});

test('every limit stands there with its value', async () => {
  const source = await read('common/limits.ts');
  const rows = Object.entries({ ...LIMITS, QUEUE_CONCURRENCY }).map(([name, value]) => {
    const said =
      new RegExp(`/\\*\\*([^*]*)\\*/\\s+(?:readonly|export const) ${name}\\b`).exec(source)?.[1]?.trim() ?? '';
    return `| \`${name}\` | ${name.endsWith('Ms') ? spans(value) : shown(value)} | ${said} |`;
  });
  await holdsTable(PAGE, '## Limits that are no settings', [
    'Times and counts that nobody should have to set, from `common/limits.ts`. A start is refused when they contradict each other: a lease',
    'has to outlive three heartbeats, and model, worker, request and dispatch take longer in that order.',
    '',
    '| limit | value | what it is |',
    '|---|---|---|',
    ...rows,
  ]);
});

test.run();

const GOOGLE = '## Settings of the google platform';

/** The cells of a section's table, without its head. */
async function rowsOf(path: string, heading: string): Promise<string[][]> {
  const section = (await read(path)).split(`${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const lines = section.split('\n').filter(line => line.startsWith('| `'));
  return lines.map(line =>
    line
      .slice(1, -1)
      .split('|')
      .map(cell => cell.trim()),
  );
}

/** What the code says that it expects of each variable, when it gets something that nobody can mean. */
async function acceptedBy(readSettings: (env: { [name: string]: string }) => object): Promise<Map<string, string>> {
  const names = new Set<string>();
  readSettings(new Proxy({}, { get: (_, name) => void names.add(String(name)) }));
  const problems = (env: { [name: string]: string }) => (readSettings(env) as { problems?: string[] }).problems ?? [];
  return new Map(
    [...names].map(name => {
      const about = problems({ [name]: '?' }).find(problem => problem.startsWith(`${name}: expected `));
      return [name, about?.replace(/^\w+: expected /, '').replace(/, got .*$/, '') ?? 'any text'];
    }),
  );
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(shown).join(', ');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, part]) => `${name} ${shown(part)}`)
      .join(', ');
  }
  return String(value).replace(/^(example-.*|[\w.]+@.*|https:\/\/(\w+\.)*shop\.example)$/, '`$1`');
}

function spans(value: unknown): string {
  if (typeof value === 'number') return value >= 3_600_000 ? `${value / 3_600_000} h` : `${value / 1_000} s`;
  return Object.entries(value as object)
    .map(([name, part]) => `${name} ${spans(part)}`)
    .join(', ');
}
