/**
 * Logs what goes wrong while an answer is on its way, where no refusal can be sent any more. Koa by itself prints such
 * errors raw, and one for every client that goes away.
 */
import type { Log } from './log.ts';

/** A Koa application, as far as it matters here. */
interface Answering {
  on(event: 'error', listener: (error: NodeJS.ErrnoException, exchange?: Exchange) => void): unknown;
}

interface Exchange {
  readonly state: { readonly requestId?: unknown };
}

/** The client has gone, which is no fault of ours. */
const GONE: readonly unknown[] = ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE', 'ECONNABORTED'];

export function logBrokenAnswers(app: Answering, log: Log): void {
  const told = new WeakSet<Exchange>();
  app.on('error', (error, exchange) => {
    // A stream that fails is reported by itself, and again by the answer that it was to become.
    if (GONE.includes(error.code) || (exchange && told.has(exchange))) return;
    if (exchange) told.add(exchange);
    const { requestId } = exchange?.state ?? {};
    log.error('an answer broke off', { error, ...(requestId === undefined ? {} : { requestId: String(requestId) }) });
  });
}
