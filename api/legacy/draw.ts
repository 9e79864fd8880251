/**
 * Submits as `POST /v1/jobs` and `POST /v1/batches` do, and waits for the picture. The old theme sends a request again
 * when it fails or takes too long, so what is asked is its own Idempotency-Key: within minutes the same photo and wish of
 * the same shopper find the jobs that are there, running or just ended, and nothing is charged or drawn a second time.
 */
import type { Context } from 'koa';
import { submitStyles } from '../../common/batches/submit-styles.ts';
import { batches, jobs } from '../../common/collections.ts';
import { ProblemError } from '../../common/errors.ts';
import { digestOf, sha256 } from '../../common/ids.ts';
import type { Job } from '../../common/job.ts';
import { type NotTaken, submit } from '../../common/jobs/submit.ts';
import type { Pool, Scope } from '../../common/quota.ts';
import type { Api } from '../api.ts';
import { prepareStyles } from '../batches/prepare-styles.ts';
import { prepareSubmit } from '../prepare-submit.ts';
import { limitHeaders } from '../quota.ts';
import { refusalOf } from '../submit-job.ts';
import { holdOpen } from '../wait.ts';

/** How long an answer waits for its picture, from the first byte of the request: Cloud Run ends it after 60 s. */
export const WAIT_MS = 50_000;
/** Asked by its half or all of it, a key finds what was submitted in the last five to ten minutes. */
const WINDOW_MS = 5 * 60_000;
/** The old theme repeats even a refusal, three times within some ten seconds. Each would be drawn, and refused, anew. */
const ENDED_REPEAT_MS = 60_000;
/** A caller that finds no place to wait in is back after a second of its own anyway. */
const RETRY_S = 2;

export interface Asked {
  readonly jobs: readonly Job[];
  /** They had ended before this request came. */
  readonly isRepeat: boolean;
  readonly scopes: readonly Scope[];
}

type Wish = { readonly style: string } | { readonly prompt: string };

export async function askForOne(api: Api, ctx: Context, wish: Wish, photo: Buffer): Promise<Asked> {
  const prepare = (key?: string) => prepareSubmit(api, ctx, wish, key);
  const { current, earlier } = await keyed(api, [wish, sha256(photo)], prepare);
  const { scopes } = current.base;
  const look = async (id: string) => oneOrNone(await api.engine.store.get(jobs, id));
  const { found, isTaken } = await lookUp(api, [current.base.id, earlier.base.id], look);
  if (found) return { jobs: found, isRepeat: isOver(found), scopes };
  const submission = (isTaken ? await prepare() : current).withPhoto(photo);
  const submitted = await submit(api.engine, submission);
  if (!('job' in submitted)) throw await refusal(api, submitted, current.pool, scopes);
  return { jobs: [submitted.job], isRepeat: false, scopes };
}

/** All styles or none. */
export async function askForStyles(api: Api, ctx: Context, styles: string[], photo: Buffer): Promise<Asked> {
  const prepare = (key?: string) => prepareStyles(api, ctx, { styles, partial: false }, key);
  const { current, earlier } = await keyed(api, [styles, sha256(photo)], prepare);
  const { pool, scopes } = current.quota;
  const look = async (id: string) => {
    const batch = await api.engine.store.get(batches, id);
    if (!batch) return undefined;
    const found = await Promise.all(batch.jobIds.map(jobId => api.engine.store.get(jobs, jobId)));
    return found.filter(job => job !== undefined);
  };
  const { found, isTaken } = await lookUp(api, [current.base.id, earlier.base.id], look);
  if (found) return { jobs: found, isRepeat: isOver(found), scopes };
  const submitted = await submitStyles(api.engine, (isTaken ? await prepare() : current).withPhoto(photo));
  if (!('batch' in submitted)) throw await refusal(api, submitted, pool, scopes);
  return { jobs: submitted.jobs, isRepeat: false, scopes };
}

/** Throws `picture_pending` when that takes too long; asked again, it goes on waiting for the same jobs. */
export async function untilDrawn(
  api: Api,
  ctx: Context,
  { jobs: asked }: Asked,
  startedAt: number,
): Promise<readonly Job[]> {
  if (isOver(asked)) return asked;
  const leave = api.waiters.enter();
  if (!leave) throw pending();
  ctx.state.heldOpen = true;
  const ms = Math.max(0, startedAt + WAIT_MS - api.engine.clock.now());
  const ended = await holdOpen(api, ctx, { ms, enough: isOver, subscribe: watchAll(api, asked) }).finally(leave);
  if (!ended) throw pending();
  return ended;
}

function pending(): ProblemError {
  return new ProblemError('picture_pending', { headers: { 'Retry-After': String(RETRY_S) } });
}

function isOver(found: readonly Job[]): boolean {
  return found.every(({ done }) => done);
}

/** The same wish under the key of the present window and of the one before it. */
async function keyed<P>(
  { engine }: Api,
  what: readonly unknown[],
  prepare: (key: string) => Promise<P>,
): Promise<{ current: P; earlier: P }> {
  const window = Math.floor(engine.clock.now() / WINDOW_MS);
  const name = digestOf(what);
  const [current, earlier] = await Promise.all([prepare(`${name}-${window}`), prepare(`${name}-${window - 1}`)]);
  return { current, earlier };
}

async function lookUp(
  { engine }: Api,
  ids: readonly [current: string, earlier: string],
  look: (id: string) => Promise<readonly Job[] | undefined>,
): Promise<{ found?: readonly Job[]; isTaken: boolean }> {
  const [current, earlier] = await Promise.all([look(ids[0]), look(ids[1])]);
  const now = engine.clock.now();
  const found = [current, earlier].find(there => there?.every(job => isStillGood(job, now)));
  return { ...(found ? { found } : {}), isTaken: current !== undefined };
}

function isStillGood({ done, status, erasedAt, finishedAt = 0 }: Job, now: number): boolean {
  if (!done) return true;
  if (erasedAt !== undefined) return false;
  return status === 'succeeded' || now - finishedAt < ENDED_REPEAT_MS;
}

function oneOrNone(job: Job | undefined): readonly Job[] | undefined {
  return job && [job];
}

async function refusal(api: Api, refused: NotTaken, pool: Pool, scopes: readonly Scope[]): Promise<ProblemError> {
  const limits = await limitHeaders(api, pool, scopes);
  return refusalOf(refused, { pool, limits, nowMs: api.engine.clock.now() });
}

function watchAll({ jobWatch }: Api, asked: readonly Job[]) {
  return (onJobs: (state: readonly Job[]) => void) => {
    const known = new Map<string, Job>();
    const stops = asked.map(({ id }) =>
      jobWatch.subscribe(id, job => {
        if (job) known.set(id, job);
        const all = asked.map(one => known.get(one.id)).filter(one => one !== undefined);
        if (all.length === asked.length) onJobs(all);
      }),
    );
    return () => {
      for (const stop of stops) stop();
    };
  };
}
