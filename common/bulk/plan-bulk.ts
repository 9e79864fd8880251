/**
 * The plan of a bulk action: which jobs a filter finds now, which of them would be left alone and why, and what the rest
 * would cost. It changes no job; it is good for an hour, for whoever holds its token.
 */
import { type By, openEntry, record } from '../audit.ts';
import { audit, bulkActions, bulkParts } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { newId, sha256 } from '../ids.ts';
import { isDone, type Run } from '../job.ts';
import { type RetryWish, retryEstimate, whyNot } from '../jobs/retry.ts';
import { DAY_MS } from '../limits.ts';
import { type JobFilter, scanRuns } from '../search-jobs.ts';
import { type BulkAction, type BulkPlan, type BulkVerb, PART_SIZE, tallied } from './bulk-action.ts';

/** More than a night's failures of any shop; what is beyond takes a second plan. */
export const MATCHED_MAX = 20_000;
/** Of a filter that finds little in much: reading goes on for seconds, and no longer. */
const LOOKED_MAX = 50_000;
const PAGE = 1_000;
const KEPT_MS = 30 * DAY_MS;
export const PLAN_GOOD_MS = 3_600_000;
/** What an application is set to unless it says otherwise: slow enough to be watched. */
export const RATE_DEFAULT = 5;

export interface BulkWish {
  readonly action: BulkVerb;
  readonly filter: JobFilter;
  /** The filter as the operator gave it. */
  readonly asked: { readonly [field: string]: string };
  readonly wish: RetryWish;
}

/** The token is in this answer and nowhere else. */
export async function planBulk(
  engine: Engine,
  { action, filter, asked, wish }: BulkWish,
  by: Required<By>,
): Promise<{ readonly document: BulkAction; readonly token: string }> {
  const { clock, random, store } = engine;
  const now = clock.now();
  const { ids, ...plan } = await look(engine, { action, filter, wish, nowMs: now });
  const token = Buffer.from(random.bytes(24)).toString('base64url');
  const document: BulkAction = {
    id: newId('blk', clock, random),
    ...{ action, filter: asked, wish, plan, reason: by.reason, actor: by.actor },
    ...{ state: 'planned', tokenHash: sha256(token), rate: RATE_DEFAULT },
    ...{ position: 0, done: 0, skipped: [], dispatch: 0 },
    ...{ createdAt: now, expireAt: now + KEPT_MS },
  };
  for (let from = 0; from < ids.length; from += PART_SIZE) {
    const part = { id: `${document.id}-${from / PART_SIZE}`, ids: ids.slice(from, from + PART_SIZE) };
    await store.transaction(async tx => tx.set(bulkParts, { ...part, expireAt: now + KEPT_MS }));
  }
  const entry = openEntry(engine);
  const detail = `${action}: ${plan.eligible} of ${plan.matched} jobs`;
  await store.transaction(async tx => {
    if (await tx.get(audit, entry.id)) return;
    tx.set(bulkActions, document);
    record(tx, entry, { ...by, action: 'bulk.plan', target: `bulk/${document.id}`, detail });
  });
  return { document, token };
}

interface Look extends Omit<BulkWish, 'asked'> {
  readonly nowMs: number;
}

async function look(
  engine: Engine,
  { action, filter, wish, nowMs }: Look,
): Promise<BulkPlan & { readonly ids: readonly string[] }> {
  const ids: string[] = [];
  const reasons: string[] = [];
  const codes: string[] = [];
  let estimateMicroUsd = 0;
  let looked = 0;
  let complete = true;
  for await (const { found, isMore } of scanRuns(engine.store, filter, PAGE)) {
    for (const run of found) {
      const why = whyLeftAlone(engine, run, { action, wish, nowMs });
      if (why !== undefined) {
        reasons.push(why);
        continue;
      }
      ids.push(run.id);
      codes.push(run.code ?? run.status);
      if (action === 'retry') estimateMicroUsd += retryEstimate(engine, run, wish);
    }
    looked += PAGE;
    complete = !isMore || (ids.length + reasons.length < MATCHED_MAX && looked < LOOKED_MAX);
    if (!complete) break;
  }
  const matched = ids.length + reasons.length;
  const tallies = { skipped: tallied(reasons), codes: tallied(codes) };
  return { matched, eligible: ids.length, ...tallies, estimateMicroUsd, complete, ids };
}

/** As far as the documents tell; the application looks again. */
function whyLeftAlone(engine: Engine, run: Run, { action, wish, nowMs }: Omit<Look, 'filter'>): string | undefined {
  if (action === 'retry') return whyNot(engine, run, { wish, nowMs });
  if (action === 'erase') return run.prompt === '' ? 'erased already' : undefined;
  if (isDone(run.status)) return 'ended already';
  if (action === 'cancel') return run.cancelRequested ? 'given up already' : undefined;
  return run.status === 'queued' ? undefined : 'not queued';
}
