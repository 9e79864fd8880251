/**
 * docs/storefront.md against the component: its attributes, parts, colours and texts, each as the code has it, and that
 * both languages and all codes are complete. `UPDATE_DOCS=1` writes the tables.
 */
import { readdir, readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EXAMPLES } from '../api/web/portrait/examples.ts';
import { problemText } from '../api/web/portrait/problem-texts.ts';
import { createSay } from '../api/web/portrait/say.ts';
import { en } from '../api/web/portrait/texts.ts';
import { de, deStyles } from '../api/web/portrait/texts-de.ts';
import { PROBLEMS } from '../common/errors.ts';
import { OUTCOMES } from '../common/outcomes.ts';
import { SEED_STYLES } from '../common/styles.ts';
import { holdsTable } from './docs-table.ts';

const test = suite('the storefront in its documentation');
const FOLDER = new URL('../api/web/portrait/', import.meta.url);

test('every text stands in docs/storefront.md, in both languages', async () => {
  const rows = Object.entries(en).map(([key, text]) => `| \`${key}\` | ${text} | ${de[key as keyof typeof de]} |`);
  await holdsTable('docs/storefront.md', '## Texts', [
    'A theme replaces any of them by its key, see [above](#words-and-languages).',
    '',
    '| key | English | German |',
    '|---|---|---|',
    ...rows,
  ]);
});

test('every attribute, part and colour of the component stands in docs/storefront.md, and no other', async () => {
  const page = await readFile(new URL('../docs/storefront.md', import.meta.url), 'utf8');
  const sources = await sourcesOf(FOLDER);
  const told = (heading: string) => namesIn(page.split(`### ${heading}\n`)[1]?.split('\n#')[0] ?? '');
  const attributes = /export const ATTRIBUTES = \[([\s\S]*?)\]/.exec(sources)?.[1]?.match(/(?<=')[\w-]+(?=')/g) ?? [];
  assert.equal(told('Attributes'), [...attributes].sort());
  const parts = [...sources.matchAll(/\bpart: (?:small \? false : )?'([\w-]+)'/g)].map(([, part = '']) => part);
  assert.equal(told('Parts'), [...new Set(parts)].sort());
  const properties = sources.match(/--easel-[\w-]+/g) ?? [];
  assert.equal(told('Properties'), [...new Set(properties)].sort());
});

test('the places in a text are the same in both languages', () => {
  const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const [key, text] of Object.entries(en)) assert.equal(places(de[key as keyof typeof de]), places(text), key);
  assert.equal(Object.keys(de).sort(), Object.keys(en).sort());
});

test('every style that Easel ships with has an example and a German name', () => {
  const styles = SEED_STYLES.map(({ id }) => id).sort();
  assert.equal([...EXAMPLES].sort(), styles);
  assert.equal(Object.keys(deStyles).sort(), styles);
});

/** What only a slip of a programmer causes, or what a page never meets: "something went wrong on our side". */
const NOT_THE_SHOPPERS = [
  'body_invalid',
  'content_type_unsupported',
  'fields_invalid',
  'headers_too_large',
  'idempotency_key_invalid',
  'idempotency_key_reused',
  'image_url_refused',
  'image_url_unreachable',
  'input_not_kept',
  'internal',
  'method_not_allowed',
  'output_not_ready',
  'prompt_not_allowed',
  'range_not_satisfiable',
  'request_malformed',
  'request_timeout',
  'route_not_found',
  'upload_exists',
  'upload_not_done',
  'upload_too_long',
  'upload_too_short',
  'upload_type_mismatch',
  'upload_unknown',
  'url_expired',
  'url_invalid',
];

test('whatever ends a job, and whatever a shopper can cause, has a sentence of its own', () => {
  for (const code of Object.keys(OUTCOMES)) {
    assert.is.not(problemText(code, { ofJob: true }), 'problem.trouble', code);
  }
  assert.is(problemText('content_blocked', { ofJob: true }), 'problem.blocked');
  const general = Object.keys(PROBLEMS).filter(code => problemText(code) === 'problem.trouble');
  const unexpected = NOT_THE_SHOPPERS.filter(code => !general.includes(code));
  assert.equal(unexpected, [], 'these have a sentence by now');
  for (const code of ['quota_exceeded', 'sessions_exceeded', 'budget_exhausted', 'intake_closed', 'image_too_small']) {
    assert.not.ok(general.includes(code), code);
  }
});

test('texts are those of the language, with the theme’s own in their place, numbers and plurals as it writes them', () => {
  const german = createSay('de-AT');
  assert.is(german('quota.3', { n: 1 }), 'Heute nur noch 1 Bild frei');
  assert.is(german('quota.3', { n: 2 }), 'Heute nur noch 2 Bilder frei');
  assert.is(german.style({ id: 'charcoal', label: 'Charcoal' }), 'Kohle');
  assert.is(german.duration(20), '20 Sekunden');
  assert.is(german.duration(150), '3 Minuten');
  const own = createSay('en', { 'submit.one': 'Paint my cat', 'style.charcoal': 'Coal' });
  assert.is(own('submit', { n: 1 }), 'Paint my cat');
  assert.is(own('submit', { n: 1_200 }), 'Make 1,200 portraits');
  assert.is(own.style({ id: 'charcoal', label: 'Charcoal' }), 'Coal');
  const unknown = createSay('xx');
  assert.is(unknown('photo.choose'), 'Choose a photo');
  assert.is(createSay('no such tag')('photo.choose'), 'Choose a photo');
  assert.is(own.inTime(90), 'in 2 minutes');
});

test.run();

async function sourcesOf(folder: URL): Promise<string> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.ts'));
  return (await Promise.all(names.map(name => readFile(new URL(name, folder), 'utf8')))).join('\n');
}

/** What stands in the first column of a section's table. */
function namesIn(section: string): string[] {
  const cells = section.split('\n').flatMap(line => (line.startsWith('| `') ? (line.split('|')[1] ?? []) : []));
  return cells.flatMap(cell => cell.match(/(?<=`)[\w-]+(?=`)/g) ?? []).sort();
}
