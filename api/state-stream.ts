/**
 * Writes what changes to one client as server-sent events, until it is done, the client has gone, the time is over or the
 * process ends. Each event is the whole state, so what changes meanwhile is folded into the last one.
 */
import type { Context } from 'koa';
import type { Api } from './api.ts';
import { answerWithEvents, type EventStream } from './event-stream.ts';

/** Proxies end a connection that is silent for half a minute or so. */
const HEARTBEAT_MS = 15_000;
/** Place and time in the queue change without the job, so they are looked at so often. */
const QUEUE_LOOK_MS = 5_000;
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
export function answerWithStream<S>(api: Api, ctx: Context, states: StateStream<S>): void {
  answerWithEvents(api, ctx, stream => writeStates(api, stream, states));
}

/** Returns what ends it. */
function writeStates<S>({ engine }: Api, stream: EventStream, states: StateStream<S>): () => void {
  const { clock } = engine;
  let latest: S | undefined;
  let telling: Promise<void> = Promise.resolve();

  /** One after the other, each with the newest state: what changes meanwhile is folded into the last one. */
  const tell = () => {
    telling = telling
      .then(async () => {
        const state = latest;
        const text = state && (await states.event(state));
        if (text !== undefined) stream.write(text);
        if (state && states.isDone(state)) stream.end();
      })
      .catch((error: unknown) => {
        engine.log.warn('a stream of events ends early', { jobId: states.id, error });
        stream.comeBack();
      });
  };
  const look = () => {
    if (stream.isTimeUp()) return stream.comeBack();
    if (latest) tell();
    if (clock.now() - stream.wroteAt() >= HEARTBEAT_MS) stream.writeComment();
    cancel = clock.after(QUEUE_LOOK_MS, look);
  };

  let cancel = clock.after(QUEUE_LOOK_MS, look);
  const unsubscribe = states.subscribe(state => {
    latest = state;
    if (state) tell();
    else stream.comeBack();
  });
  return () => {
    cancel();
    unsubscribe();
  };
}
