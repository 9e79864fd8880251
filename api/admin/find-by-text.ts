/**
 * What an operator pastes into the search: an id of a job or a batch, a shop's own name for a job, or a customer. Exact
 * texts alone, since Firestore has no text search. Each meaning is one query in each shop.
 */
import { jobs, runs, shops } from '../../common/collections.ts';
import type { Engine } from '../../common/engine.ts';
import { JOB_ID } from '../../common/ids.ts';
import type { Job } from '../../common/job.ts';
import type { Pair } from '../../common/job-moves.ts';
import { DEFAULT_SHOP } from '../../common/keys.ts';
import { ownerUid } from '../../common/owners.ts';
import type { Query } from '../../common/platform/store.ts';

/** Of each meaning in each shop; the newest ones. */
const FOUND_MAX = 50;
/** Whoever has more shops names the one that is meant. */
const SHOPS_MAX = 20;

export async function findByText(
  { store, settings }: Pick<Engine, 'store' | 'settings'>,
  text: string,
  shop: string | undefined,
): Promise<{ readonly pairs: readonly Pair[]; readonly looked: number }> {
  const exact = JOB_ID.test(text) ? await store.get(jobs, text) : undefined;
  if (exact) return paired({ store }, [exact], 1);
  const find = async (where: NonNullable<Query<Job>['where']>) =>
    (await store.list({ from: jobs, where, orderBy: ['createdAt', 'desc'], limit: FOUND_MAX })).items;
  const among = shop === undefined ? await shopIds({ store }) : [shop];
  const named = await Promise.all([
    find([['batchId', '==', text]]),
    ...among.flatMap(id => [
      find([
        ['shop', '==', id],
        ['customId', '==', text],
      ]),
      find([
        ['shop', '==', id],
        ['ownerUid', '==', ownerUid(settings.idSecret, id, { customer: text })],
      ]),
    ]),
  ]);
  const found = new Map(named.flat().map(job => [job.id, job]));
  const newest = [...found.values()].toSorted((a, b) => b.createdAt - a.createdAt).slice(0, FOUND_MAX);
  return paired({ store }, newest, found.size);
}

async function shopIds({ store }: Pick<Engine, 'store'>): Promise<readonly string[]> {
  const { items } = await store.list({ from: shops, limit: SHOPS_MAX });
  return [...new Set([DEFAULT_SHOP, ...items.map(({ id }) => id)])];
}

async function paired({ store }: Pick<Engine, 'store'>, found: readonly Job[], looked: number) {
  const pairs = await Promise.all(found.map(async job => ({ job, run: await store.get(runs, job.id) })));
  return { pairs: pairs.flatMap(({ job, run }) => (run ? [{ job, run }] : [])), looked };
}
