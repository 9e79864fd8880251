/**
 * Watches a job or a batch until it is done, whatever happens to the network: by events while they come, else by asking as
 * often as the service allows. While the tab is hidden nothing is asked at all.
 */
import { backoffMs } from './call.ts';
import type { Environment } from './environment.ts';
import { EaselError, withSubject } from './errors.ts';
import { type Known, type NewsParts, newsBy, type Way } from './news.ts';
import { type Limit, limit, untilVisible, untilWorthATry } from './pause.ts';
import type { Records } from './records.ts';
import type { Resource, Watchable } from './resources.ts';
import type { WatchOptions } from './types.ts';

export interface WatchParts<T extends Watchable> extends NewsParts<T> {
  readonly records: Records;
}

/** After so many streams or documents that broke off in a row something on the way does not let them through. */
const FAILURES_MAX = 2;

export async function* watch<T extends Watchable>(
  parts: WatchParts<T>,
  from: string | T,
  options: WatchOptions,
): AsyncGenerator<T, void> {
  const { environment, resource } = parts;
  const { signal, onConnection = () => {} } = options;
  const id = typeof from === 'string' ? from : from.id;
  const known: Known<T> = { state: undefined, polled: undefined, nextAskAt: 0 };
  let way: Way = parts.readDocument ? 'document' : options.by === 'polls' ? 'polls' : 'events';
  let failures = 0;
  if (typeof from !== 'string') {
    known.nextAskAt = environment.now() + from.pollAfterMs;
    yield await learn(parts, known, from);
  }
  while (!known.state?.done) {
    const turn = await nextTurn(environment, signal, onConnection);
    try {
      for await (const news of newsBy(way, parts, { id, known, signal: turn.signal })) {
        failures = 0;
        if (isNews(resource, news, known.state)) yield await learn(parts, known, news);
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (turn.signal.aborted) continue;
      failures++;
      const isFinal = !(error instanceof EaselError) || !error.retryable;
      if (isFinal && way !== 'document') throw withSubject(error, resource.subject(id));
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

/** Whatever has ended needs no reload to be gone on with. */
async function learn<T extends Watchable>({ records, resource }: WatchParts<T>, known: Known<T>, state: T): Promise<T> {
  known.state = state;
  for (const id of resource.ended(state)) await records.forget(id);
  return state;
}

/** A later state, or another place in the queue. What comes late by another way is no news. */
function isNews<T extends Watchable>({ places }: Resource<T>, state: T, known: T | undefined): boolean {
  if (!known || state.sequence > known.sequence) return true;
  return state.sequence === known.sequence && JSON.stringify(places(state)) !== JSON.stringify(places(known));
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
