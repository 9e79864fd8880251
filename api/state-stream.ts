/**
 * Writes what changes to one client as server-sent events, until it is done, the client has gone, the time is over or the
 * process ends. Each event is the whole state, so what changes meanwhile is folded into the last one.
 */
import type { Context } from 'koa';
import { ProblemError } from '../common/errors.ts';
import type { Api } from './api.ts';

/** Cloud Run ends a request after 60 s: better to close before, and say when to come back. */
const STREAM_MAX_MS = 50_000;
/** Proxies end a connection that is silent for half a minute or so. */
const HEARTBEAT_MS = 15_000;
/** Place and time in the queue change without the job, so they are looked at so often. */
const QUEUE_LOOK_MS = 5_000;
/** Those who were cut off together should not come back together. */
const RETRY_MIN_MS = 500;
const RETRY_SPREAD_MS = 1_000;
const COMMENT = ':\n\n';
/** When there is no room for another one who waits. */
const FULL_RETRY_S = 5;
const LAST_EVENT_ID = /^\d{1,15}$/;

export interface StateStream<S> {
  /** Of the job or the batch, for the log. */
  readonly id: string;
  subscribe(onState: (state: S | undefined) => void): () => void;
  /** The text of the event, or undefined when the client knows all that it would say. */
  event(state: S): Promise<string | undefined>;
  isDone(state: S): boolean;
}

/** The sequence that the client has been told; 0 = it knows nothing. */
export function lastEventId(ctx: Context): number {
  const text = ctx.get('Last-Event-ID');
  return LAST_EVENT_ID.test(text) ? Number(text) : 0;
}

/** Throws `overloaded` when too many wait already. */
export function answerWithStream<S>(api: Api, ctx: Context, stream: StateStream<S>): void {
  const leave = api.waiters.enter();
  if (!leave) throw new ProblemError('overloaded', { headers: { 'Retry-After': String(FULL_RETRY_S) } });
  ctx.set({ 'Content-Type': 'text/event-stream; charset=utf-8', 'X-Accel-Buffering': 'no' });
  ctx.status = 200;
  // Written past Koa, for which a client that goes away in the middle of an answer is an error.
  ctx.respond = false;
  ctx.res.once('close', leave);
  ctx.res.flushHeaders();
  if (ctx.method === 'HEAD') ctx.res.end();
  else writeStates(api, ctx.res, stream);
}

/** Ends what it has begun by itself when the response is closed. */
function writeStates<S>(api: Api, response: Context['res'], stream: StateStream<S>): void {
  const { engine, closing } = api;
  const { clock } = engine;
  const startedAt = clock.now();
  let latest: S | undefined;
  let telling: Promise<void> = Promise.resolve();
  let wroteAt = startedAt;

  const write = (text: string) => {
    if (response.writableEnded || response.destroyed) return;
    wroteAt = clock.now();
    response.write(text);
  };
  const comeBack = () => {
    write(`retry: ${RETRY_MIN_MS + Math.round(engine.random.fraction() * RETRY_SPREAD_MS)}\n\n`);
    response.end();
  };
  /** One after the other, each with the newest state: what changes meanwhile is folded into the last one. */
  const tell = () => {
    telling = telling
      .then(async () => {
        const state = latest;
        const text = state && (await stream.event(state));
        if (text !== undefined) write(text);
        if (state && stream.isDone(state)) response.end();
      })
      .catch((error: unknown) => {
        engine.log.warn('a stream of events ends early', { jobId: stream.id, error });
        comeBack();
      });
  };
  const look = () => {
    if (clock.now() - startedAt >= STREAM_MAX_MS) return comeBack();
    if (latest) tell();
    if (clock.now() - wroteAt >= HEARTBEAT_MS) write(COMMENT);
    cancel = clock.after(QUEUE_LOOK_MS, look);
  };

  let cancel = clock.after(QUEUE_LOOK_MS, look);
  response.once('close', () => {
    cancel();
    closing.removeEventListener('abort', comeBack);
    unsubscribe();
  });
  // The first bytes open the stream for the client, even when there is nothing new to tell.
  write(COMMENT);
  const unsubscribe = stream.subscribe(state => {
    latest = state;
    if (state) tell();
    else comeBack();
  });
  if (closing.aborted) comeBack();
  else closing.addEventListener('abort', comeBack, { once: true });
}
