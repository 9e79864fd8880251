/**
 * Finding jobs as operators do, by any of several things at once. Firestore answers a combination of equalities with an
 * order only from an index of just that combination, and all of them would be hundreds; so one index is chosen, the
 * narrowest, with the time of the submit, and whatever else is asked is looked for in what that one brings, of which so
 * many documents are read and no more.
 */
import { jobs, runs } from './collections.ts';
import type { Job, JobStatus, Run } from './job.ts';
import type { Pair } from './job-moves.ts';
import type { OutcomeCode } from './outcomes.ts';
import { cursorOf } from './platform/cursors.ts';
import type { Document, Operator, Query, Store } from './platform/store.ts';

export interface JobFilter {
  readonly status?: JobStatus;
  readonly code?: OutcomeCode;
  readonly style?: string;
  readonly model?: string;
  readonly shop?: string;
  /** Needs the shop. */
  readonly ownerUid?: string;
  readonly batchId?: string;
  /** Of the submit, ms since 1970: from the first on, before the second. */
  readonly createdAfter?: number;
  readonly createdBefore?: number;
}

export interface FoundJobs {
  readonly pairs: readonly Pair[];
  /** Where to go on; present when there may be more. */
  readonly next?: string;
  /** How many documents were looked through. */
  readonly looked: number;
}

type Reading = Pick<Store, 'get' | 'list'>;

/** What one search looks through at most. Of a shop's, an owner's or a batch's jobs each costs two reads, others one. */
const LOOKED_MAX = 400;
const CHUNK = 100;

/** Up to `limit` jobs (at most 100), newest first. Throws `invalid` for a cursor of another search. */
export async function searchJobs(
  store: Reading,
  filter: JobFilter,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<FoundJobs> {
  const source = sourceOf(store, filter);
  const found: Run[] = [];
  let looked = 0;
  let next = after;
  do {
    const chunk = await source.read(CHUNK, next);
    next = chunk.next;
    for (const [index, run] of chunk.seen.entries()) {
      looked++;
      if (run && matches(run, filter)) found.push(run);
      if (found.length < limit) continue;
      const isLast = index === chunk.seen.length - 1;
      return { ...(await paired(store, found)), looked, ...nextOf(isLast ? next : source.cursorAt(run)) };
    }
  } while (next !== undefined && looked < LOOKED_MAX);
  return { ...(await paired(store, found)), looked, ...nextOf(next) };
}

export interface ScannedPage {
  readonly found: readonly Run[];
  /** Whether there is another page, which nobody has read yet. */
  readonly isMore: boolean;
}

/** The runs that match, newest first, of at most `pageSize` documents at a time; pages may be empty. */
export async function* scanRuns(store: Reading, filter: JobFilter, pageSize: number): AsyncGenerator<ScannedPage> {
  const source = sourceOf(store, filter);
  let after: string | undefined;
  do {
    const { seen, next } = await source.read(pageSize, after);
    after = next;
    const found = seen.filter(run => run !== undefined && matches(run, filter)) as readonly Run[];
    yield { found, isMore: next !== undefined };
  } while (after !== undefined);
}

/** The field whose index is used with the time; everything else is looked for in what it brings. */
export function searchedBy(filter: JobFilter): keyof JobFilter | 'createdAt' {
  const narrowest = ['batchId', 'ownerUid', 'code', 'status', 'shop'] as const;
  return narrowest.find(field => filter[field] !== undefined) ?? 'createdAt';
}

/** All but the batch, which the public face alone knows: it is always the index that is used. */
export function matches(run: Run, { status, code, style, model, shop, ownerUid }: JobFilter): boolean {
  return (
    (status === undefined || run.status === status) &&
    (code === undefined || run.code === code) &&
    (style === undefined || run.style === style) &&
    (model === undefined || run.model === model || run.attempts.some(attempt => attempt.model === model)) &&
    (shop === undefined || run.shop === shop) &&
    (ownerUid === undefined || run.ownerUid === ownerUid)
  );
}

interface Source {
  /** The runs in their order; undefined stands for one that is gone while its job is there. */
  read(limit: number, after?: string): Promise<{ readonly seen: readonly (Run | undefined)[]; readonly next?: string }>;
  cursorAt(run: Run | undefined): string | undefined;
}

/** Shops, owners and batches are looked up among the public faces, whose indexes serve the shops' servers as well. */
function sourceOf(store: Reading, filter: JobFilter): Source {
  const { batchId, shop, ownerUid, code, status } = filter;
  switch (searchedBy(filter)) {
    case 'batchId':
      return sourceOfFaces(store, [['batchId', '==', batchId ?? ''], ...timesOf(filter)]);
    case 'ownerUid':
      return sourceOfFaces(store, [['shop', '==', shop ?? ''], ['ownerUid', '==', ownerUid ?? ''], ...timesOf(filter)]);
    case 'shop':
      return sourceOfFaces(store, [['shop', '==', shop ?? ''], ...timesOf(filter)]);
    case 'code':
      return sourceOfRuns(store, [['code', '==', code ?? ''], ...timesOf(filter)]);
    case 'status':
      return sourceOfRuns(store, [['status', '==', status ?? ''], ...timesOf(filter)]);
    default:
      return sourceOfRuns(store, timesOf(filter));
  }
}

type Where<D extends Document> = NonNullable<Query<D>['where']>;

function timesOf({ createdAfter, createdBefore }: JobFilter): (readonly ['createdAt', Operator, number])[] {
  return [
    ...(createdAfter === undefined ? [] : [['createdAt', '>=', createdAfter] as const]),
    ...(createdBefore === undefined ? [] : [['createdAt', '<', createdBefore] as const]),
  ];
}

function sourceOfRuns(store: Reading, where: Where<Run>): Source {
  const query = { from: runs, where, orderBy: ['createdAt', 'desc'] } as const;
  return {
    async read(limit, after) {
      const { items, next } = await store.list({ ...query, limit, ...(after === undefined ? {} : { after }) });
      return { seen: items, ...nextOf(next) };
    },
    cursorAt: run => run && cursorOf(query, run),
  };
}

function sourceOfFaces(store: Reading, where: Where<Job>): Source {
  const query = { from: jobs, where, orderBy: ['createdAt', 'desc'] } as const;
  return {
    async read(limit, after) {
      const { items, next } = await store.list({ ...query, limit, ...(after === undefined ? {} : { after }) });
      return { seen: await Promise.all(items.map(({ id }) => store.get(runs, id))), ...nextOf(next) };
    },
    // Both documents of a job have the same id and time of submit, which is all that a place consists of.
    cursorAt: run => run && cursorOf(query, run),
  };
}

async function paired(store: Reading, found: readonly Run[]): Promise<{ readonly pairs: readonly Pair[] }> {
  const pairs = await Promise.all(found.map(async run => ({ run, job: await store.get(jobs, run.id) })));
  return { pairs: pairs.flatMap(({ run, job }) => (job ? [{ run, job }] : [])) };
}

function nextOf(next: string | undefined): { readonly next?: string } {
  return next === undefined ? {} : { next };
}
