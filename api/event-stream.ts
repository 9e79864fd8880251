/**
 * Server-sent events, as any route streams them: taken from the waiters' slots, opened at once, closed before the platform
 * would cut it, with a word on when to come back; and closed for good when the process ends or the client goes away.
 */
import type { Context } from 'koa';
import { ProblemError } from '../common/errors.ts';
import type { Api } from './api.ts';

/** Cloud Run ends a request after 60 s: better to close before, and say when to come back. */
const STREAM_MAX_MS = 50_000;
/** Those who were cut off together should not come back together. */
const RETRY_MIN_MS = 500;
const RETRY_SPREAD_MS = 1_000;
/** When there is no room for another one who waits. */
const FULL_RETRY_S = 5;
/** What opens the stream for the client, and keeps proxies from ending it. */
const COMMENT = ':\n\n';

export interface EventStream {
  /** Without an effect once the client has gone. */
  write(text: string): void;
  writeComment(): void;
  /** When something was last written, in milliseconds of the engine's clock. */
  wroteAt(): number;
  isTimeUp(): boolean;
  /** Ends it with the word on when to come back. */
  comeBack(): void;
  /** Ends it for good: there is nothing more to come. */
  end(): void;
}

/**
 * Answers with what `begin` writes. What `begin` returns is called once, when the stream is closed by whichever side.
 * Throws `overloaded` when too many wait already.
 */
export function answerWithEvents(api: Api, ctx: Context, begin: (stream: EventStream) => () => void): void {
  // Its close has been told already, and nobody would hear of it again.
  if (ctx.res.closed) return;
  const leave = api.waiters.enter();
  if (!leave) throw new ProblemError('overloaded', { headers: { 'Retry-After': String(FULL_RETRY_S) } });
  ctx.set({ 'Content-Type': 'text/event-stream; charset=utf-8', 'X-Accel-Buffering': 'no' });
  ctx.status = 200;
  // Written past Koa, for which a client that goes away in the middle of an answer is an error.
  ctx.respond = false;
  ctx.res.once('close', leave);
  ctx.res.flushHeaders();
  if (ctx.method === 'HEAD') ctx.res.end();
  else open(api, ctx.res, begin);
}

function open({ engine, closing }: Api, response: Context['res'], begin: (stream: EventStream) => () => void): void {
  const startedAt = engine.clock.now();
  let wroteAt = startedAt;
  const write = (text: string) => {
    if (response.writableEnded || response.destroyed) return;
    wroteAt = engine.clock.now();
    response.write(text);
  };
  const comeBack = () => {
    write(`retry: ${RETRY_MIN_MS + Math.round(engine.random.fraction() * RETRY_SPREAD_MS)}\n\n`);
    response.end();
  };
  const stream: EventStream = {
    write,
    writeComment: () => write(COMMENT),
    wroteAt: () => wroteAt,
    isTimeUp: () => engine.clock.now() - startedAt >= STREAM_MAX_MS,
    comeBack,
    end: () => response.end(),
  };
  stream.writeComment();
  if (closing.aborted) {
    comeBack();
    return;
  }
  const cease = begin(stream);
  closing.addEventListener('abort', comeBack, { once: true });
  response.once('close', () => {
    closing.removeEventListener('abort', comeBack);
    cease();
  });
}
