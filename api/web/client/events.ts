/**
 * Reads server-sent events by `fetch`, as `EventSource` could send no token. Ends when the stream does; how it
 * ended tells whether it is worth opening again.
 */
import type { Environment } from './environment.ts';
import { EaselError } from './errors.ts';
import { limit } from './pause.ts';
import { refusalOf } from './refusal.ts';
import type { Watchable } from './resources.ts';

export interface EventsRequest {
  readonly url: string;
  readonly bearer: string;
  /** The sequence that is known already. */
  readonly lastEventId?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The service's heartbeat comes each 15 s: after twice that and some, something in between keeps it back. */
const SILENCE_MAX_MS = 35_000;

/**
 * The states in the events. Returns the milliseconds after which the service wants to be asked again, or undefined when there
 * is nothing more to come. Throws `network` when the stream breaks off, and the refusal where there is none.
 */
export async function* readEvents<T extends Watchable>(
  environment: Environment,
  request: EventsRequest,
): AsyncGenerator<T, number | undefined> {
  const { url, bearer, lastEventId, signal: outer } = request;
  const { signal, end, release } = limit(outer);
  const silence = () => environment.after(SILENCE_MAX_MS, () => end(new Error('the stream is silent')));
  let hush = silence();
  try {
    const known = lastEventId === undefined ? {} : { 'Last-Event-ID': String(lastEventId) };
    const headers = { Authorization: `Bearer ${bearer}`, Accept: 'text/event-stream', ...known };
    const response = await environment.fetch(url, { headers, signal });
    if (response.status === 204) return undefined;
    if (response.status !== 200) {
      throw await refusalOf({
        status: response.status,
        header: name => response.headers.get(name),
        body: await response.blob(),
      });
    }
    const decoder = new TextDecoder();
    const reader = response.body?.getReader();
    let held = '';
    for (;;) {
      const read = await reader?.read();
      hush();
      if (!read || read.done) break;
      hush = silence();
      held += decoder.decode(read.value, { stream: true });
      const pieces = held.split('\n\n');
      held = pieces.pop() ?? '';
      for (const piece of pieces) {
        const retry = /^retry: (\d+)$/m.exec(piece)?.[1];
        if (retry !== undefined) return Number(retry);
        const event = /^data: (.*)$/m.exec(piece)?.[1];
        if (event === undefined) continue;
        const state = JSON.parse(event) as T;
        yield state;
        if (state.done) return undefined;
      }
    }
    throw new Error('the stream broke off');
  } catch (cause) {
    outer?.throwIfAborted();
    if (cause instanceof EaselError) throw cause;
    throw new EaselError('network', 'The connection to the service broke off.', { retryable: true, cause });
  } finally {
    hush();
    end();
    release();
  }
}
