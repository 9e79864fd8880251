/**
 * The ways on which news of a job or a batch come: events, polls of the API, and, for a job, its document in Firestore.
 */
import type { Ask } from './ask.ts';
import { jsonOf } from './call.ts';
import type { Environment } from './environment.ts';
import { readEvents } from './events.ts';
import { pause } from './pause.ts';
import type { Resource, Watchable } from './resources.ts';

export interface NewsParts<T extends Watchable> {
  readonly environment: Environment;
  readonly ask: Ask;
  readonly url: string;
  readonly resource: Resource<T>;
  /** Reads the job from Firestore; undefined where that is not wanted. */
  readonly readDocument?: ((id: string, signal?: AbortSignal) => Promise<T>) | undefined;
}

/** What is known, by whichever way it came. */
export interface Known<T> {
  state: T | undefined;
  /** The last answer to a poll, which the service can confirm without sending it again. */
  polled: { readonly state: T; readonly etag: string | null } | undefined;
  /** Before this nobody asks, by this machine's clock. */
  nextAskAt: number;
}

export interface Watched<T> {
  readonly id: string;
  readonly known: Known<T>;
  readonly signal: AbortSignal;
}

export type Way = 'events' | 'polls' | 'document';

/** Polls come at most so much later than the service allows, so that those who began together do not stay together. */
const JITTER = 0.2;
/** Of a job of which nothing is known. */
const POLL_AFTER_MS = 1_000;

/** Returns when it has told the end; throws when the way has come to one. */
export function newsBy<T extends Watchable>(
  way: Way,
  parts: NewsParts<T>,
  watched: Watched<T>,
): AsyncGenerator<T, void> {
  return way === 'events' ? eventsOf(parts, watched) : pollsOf(parts, watched, way);
}

async function* eventsOf<T extends Watchable>(
  { environment, ask, url, resource }: NewsParts<T>,
  { id, known, signal }: Watched<T>,
): AsyncGenerator<T, void> {
  for (;;) {
    const events = await ask.as(async bearer => {
      const request = { url: `${url}${resource.path(id)}/events`, bearer, lastEventId: known.state?.sequence, signal };
      const stream = readEvents<T>(environment, request);
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

async function* pollsOf<T extends Watchable>(
  parts: NewsParts<T>,
  watched: Watched<T>,
  way: Way,
): AsyncGenerator<T, void> {
  const { environment, readDocument } = parts;
  const { id, known, signal } = watched;
  for (;;) {
    await pause(environment, Math.max(0, known.nextAskAt - environment.now()), signal);
    // Also after a poll that was not answered, which may have arrived.
    const { pollAfterMs = POLL_AFTER_MS } = known.polled?.state ?? known.state ?? {};
    known.nextAskAt = environment.now() + pollAfterMs;
    const state = way === 'document' && readDocument ? await readDocument(id, signal) : await poll(parts, watched);
    known.nextAskAt = environment.now() + state.pollAfterMs * (1 + environment.fraction() * JITTER);
    yield state;
    if (state.done) return;
  }
}

/** Tries once: who watches tries again by itself. */
async function poll<T extends Watchable>(
  { ask, resource }: NewsParts<T>,
  { id, known, signal }: Watched<T>,
): Promise<T> {
  const { polled } = known;
  const headers = polled?.etag ? { 'If-None-Match': polled.etag } : {};
  const reply = await ask.reply(`GET ${resource.path(id)}`, { headers, takes: [304], triesMax: 1, signal });
  if (reply.status === 304 && polled) return polled.state;
  const state = await jsonOf<T>(reply);
  known.polled = { state, etag: reply.header('ETag') };
  return state;
}
