/**
 * What jobs can be looked for by: as fields, in the address, and as the API asks for it. Pure.
 */
import type { Answer } from './answers.ts';
import { CODES, STATUSES } from './choices.ts';
import type { Filter } from './filters.ts';
import type { Place } from './route.ts';

type Query = Place['query'];

/** In the address a time stays relative: a link to "the last hour" means that hour for whoever opens it. */
export const SINCE = [
  ['15m', 'of the last 15 minutes'],
  ['1h', 'of the last hour'],
  ['6h', 'of the last 6 hours'],
  ['24h', 'of the last 24 hours'],
  ['7d', 'of the last 7 days'],
] as const;

const SINCE_MS: { readonly [since: string]: number } = {
  '15m': 900_000,
  '1h': 3_600_000,
  '6h': 21_600_000,
  '24h': 86_400_000,
  '7d': 604_800_000,
};
const MINUTE_MS = 60_000;

const EXACT = [
  'status',
  'code',
  'style',
  'model',
  'shop',
  'customerId',
  'batchId',
  'createdAfter',
  'createdBefore',
] as const;

/** Shown where a link has set them. */
const RARE: readonly Filter[] = [
  { name: 'batchId', label: 'Batch' },
  { name: 'createdAfter', label: 'From' },
  { name: 'createdBefore', label: 'Before' },
];

export function filtersOf(query: Query, models: readonly Answer<'Model'>[]): readonly Filter[] {
  const text: Filter = {
    name: 'q',
    label: 'Search',
    placeholder: 'exact id, customId, customer or batch',
    search: true,
  };
  // The text names something; other filters would only hide it, and the API refuses them beside it.
  if (query.q) return [text];
  return [
    text,
    { name: 'status', label: 'State', choices: STATUSES },
    {
      name: 'code',
      label: 'Code',
      choices: CODES.includes(query.code ?? '') || !query.code ? CODES : [...CODES, query.code],
    },
    {
      name: 'since',
      label: 'Submitted',
      choices: SINCE.map(([key, words]) => [key, words.replace('of the ', 'in the ')] as const),
    },
    { name: 'style', label: 'Style', placeholder: 'ink-wash' },
    { name: 'model', label: 'Model', choices: models.map(({ id }) => id) },
    { name: 'shop', label: 'Shop', placeholder: 'default' },
    { name: 'customerId', label: 'Customer' },
    ...RARE.filter(({ name }) => query[name]),
  ];
}

/** To be put behind a query: `&status=failed&createdAfter=…`. By the minute, so that it stays the same for a while. */
export function searchOf(query: Query, nowMs = Date.now()): string {
  const filter = query.q ? { q: query.q } : filterOf(query, nowMs);
  return Object.entries(filter)
    .map(([name, value]) => `&${name}=${encodeURIComponent(value)}`)
    .join('');
}

/** As bulk actions freeze it. */
export function filterOf(query: Query, nowMs = Date.now()): { readonly [name: string]: string } {
  const exact = EXACT.flatMap(name => (query[name] ? [[name, query[name]] as const] : []));
  const span = SINCE_MS[query.since ?? ''];
  const after = span && new Date(Math.floor((nowMs - span) / MINUTE_MS) * MINUTE_MS).toISOString();
  return Object.fromEntries([...(after ? [['createdAfter', after] as const] : []), ...exact]);
}
