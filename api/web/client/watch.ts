/**
 * Watches a job until it is done, whatever happens to the network: by events while they come, else by asking as often as
 * the service allows. While the tab is hidden nothing is asked at all.
 */
import type { Ask } from './ask.ts';
import { backoffMs, jsonOf } from './call.ts';
import type { Environment } from './environment.ts';
import { EaselError, withSubject } from './errors.ts';
import { readEvents } from './events.ts';
import { jobPath } from './job-path.ts';
import { type Limit, limit, pause, untilVisible, untilWorthATry } from './pause.ts';
import type { Records } from './records.ts';
import type { Job, WatchOptions } from './types.ts';

export interface WatchParts {
  readonly environment: Environment;
  readonly ask: Ask;
  readonly records: Records;
  readonly url: string;
  /** Reads the job from Firestore; undefined where that is not wanted. */
  readonly readDocument?: ((id: string, signal?: AbortSignal) => Promise<Job>) | undefined;
}

/** What is known of a job, by whichever way it came. */
interface Known {
  job: Job | undefined;
  /** The last answer to a poll, which the service can confirm without sending it again. */
  polled: { readonly job: Job; readonly etag: string | null } | undefined;
  /** Before this nobody asks, by this machine's clock. */
  nextAskAt: number;
}

type Way = 'events' | 'polls' | 'document';

/** After so many streams or documents that broke off in a row something on the way does not let them through. */
const FAILURES_MAX = 2;
/** Polls come at most so much later than the service allows, so that those who began together do not stay together. */
const JITTER = 0.2;
/** Of a job of which nothing is known. */
const POLL_AFTER_MS = 1_000;

export async function* watch(parts: WatchParts, from: string | Job, options: WatchOptions): AsyncGenerator<Job, void> {
  const { environment, records } = parts;
  const { signal, onConnection = () => {} } = options;
  const id = typeof from === 'string' ? from : from.id;
  const known: Known = { job: undefined, polled: undefined, nextAskAt: 0 };
  let way: Way = parts.readDocument ? 'document' : options.by === 'polls' ? 'polls' : 'events';
  let failures = 0;
  if (typeof from !== 'string') {
    known.job = from;
    known.nextAskAt = environment.now() + from.pollAfterMs;
    if (from.done) await records.forget(id);
    yield from;
  }
  while (!known.job?.done) {
    const turn = await nextTurn(environment, signal, onConnection);
    try {
      for await (const news of newsBy(way, parts, { id, known, signal: turn.signal })) {
        failures = 0;
        if (!isNews(news, known.job)) continue;
        known.job = news;
        if (news.done) await records.forget(id);
        yield news;
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (turn.signal.aborted) continue;
      failures++;
      const isFinal = !(error instanceof EaselError) || !error.retryable;
      if (isFinal && way !== 'document') throw withSubject(error, { jobId: id });
      // No room for another stream, or nobody may read the document: there may well be an answer of the API.
      const isRefused = isFinal || (way === 'events' && error.status === 503);
      if (isRefused || failures >= FAILURES_MAX) way = 'polls';
      if (isRefused) continue;
      onConnection(environment.isOnline() ? 'retrying' : 'offline');
      await untilWorthATry(environment, (error.retryAfterMs ?? 0) + backoffMs(environment, failures), signal);
    } finally {
      turn.end();
      turn.release();
    }
  }
}

/** As long as the tab is looked at. */
async function nextTurn(
  environment: Environment,
  signal: AbortSignal | undefined,
  onConnection: NonNullable<WatchOptions['onConnection']>,
): Promise<Limit> {
  const { page } = environment;
  if (page?.visibilityState === 'hidden') onConnection('hidden');
  await untilVisible(environment, signal);
  signal?.throwIfAborted();
  onConnection('waiting');
  const turn = limit(signal);
  const look = () => page?.visibilityState === 'hidden' && turn.end();
  page?.addEventListener('visibilitychange', look);
  const release = () => {
    page?.removeEventListener('visibilitychange', look);
    turn.release();
  };
  return { ...turn, release };
}

interface Watched {
  readonly id: string;
  readonly known: Known;
  readonly signal: AbortSignal;
}

function newsBy(way: Way, parts: WatchParts, watched: Watched): AsyncGenerator<Job, void> {
  return way === 'events' ? eventsOf(parts, watched) : pollsOf(parts, watched, way);
}

async function* eventsOf(
  { environment, ask, url }: WatchParts,
  { id, known, signal }: Watched,
): AsyncGenerator<Job, void> {
  for (;;) {
    const events = await ask.as(async bearer => {
      const request = { url: `${url}${jobPath(id)}/events`, bearer, lastEventId: known.job?.sequence, signal };
      const stream = readEvents(environment, request);
      return { stream, first: await stream.next() };
    }, signal);
    try {
      let next = events.first;
      for (; !next.done; next = await events.stream.next()) yield next.value;
      if (next.value === undefined) return;
      await pause(environment, next.value, signal);
    } finally {
      await events.stream.return(undefined);
    }
  }
}

async function* pollsOf(parts: WatchParts, { id, known, signal }: Watched, way: Way): AsyncGenerator<Job, void> {
  const { environment, readDocument } = parts;
  for (;;) {
    await pause(environment, Math.max(0, known.nextAskAt - environment.now()), signal);
    // Also after a poll that was not answered, which may have arrived.
    known.nextAskAt = environment.now() + ((known.polled?.job ?? known.job)?.pollAfterMs ?? POLL_AFTER_MS);
    const job =
      way === 'document' && readDocument ? await readDocument(id, signal) : await poll(parts, { id, known, signal });
    known.nextAskAt = environment.now() + job.pollAfterMs * (1 + environment.fraction() * JITTER);
    yield job;
    if (job.done) return;
  }
}

/** Tries once: who watches tries again by itself. */
async function poll({ ask }: WatchParts, { id, known, signal }: Watched): Promise<Job> {
  const { polled } = known;
  const headers = polled?.etag ? { 'If-None-Match': polled.etag } : {};
  const reply = await ask.reply(`GET ${jobPath(id)}`, { headers, takes: [304], triesMax: 1, signal });
  if (reply.status === 304 && polled) return polled.job;
  const job = await jsonOf<Job>(reply);
  known.polled = { job, etag: reply.header('ETag') };
  return job;
}

/** A later state, or another place in the queue. What comes late by another way is no news. */
function isNews(job: Job, known: Job | undefined): boolean {
  if (!known || job.sequence > known.sequence) return true;
  return job.sequence === known.sequence && JSON.stringify(job.queue) !== JSON.stringify(known.queue);
}
