/**
 * A request that may be sent again, as often as it is worth it: where no answer came, and where the service says that it
 * is busy, with waits that grow and differ from client to client, and never before `Retry-After`. Only what may happen
 * twice goes through here; a submit may because of its Idempotency-Key.
 */
import type { Environment } from './environment.ts';
import { EaselError } from './errors.ts';
import { exchange, type Reply, type Sent } from './exchange.ts';
import { untilWorthATry } from './pause.ts';
import { refusalOf } from './refusal.ts';

export interface CallRequest
  extends Pick<Sent, 'method' | 'url' | 'headers' | 'signal' | 'onProgress' | 'bytes' | 'fresh'> {
  /** A function makes the body of each try anew. */
  readonly body?: Sent['body'] | (() => Promise<Sent['body']>);
  readonly timeoutMs?: number;
  readonly triesMax?: number;
  /** Statuses beside 2xx that are no refusal here. */
  readonly takes?: readonly number[];
}

const TRIES_MAX = 6;
const TIMEOUT_MS = 30_000;
/** 0.5, 1, 2, 4, 8 s: with the jitter some 12 s in all, longer than a service takes to start again. */
const BACKOFF_MS = 500;
const BACKOFF_MAX_MS = 30_000;
/** Who is told to come back later than this is better told than kept. */
const RETRY_AFTER_MAX_MS = 20_000;

/** Rejects with an `EaselError`, or with the signal's reason. */
export async function call(environment: Environment, request: CallRequest): Promise<Reply> {
  const { body, triesMax = TRIES_MAX, timeoutMs = TIMEOUT_MS, takes = [], signal } = request;
  for (let tries = 1; ; tries++) {
    try {
      const sent = typeof body === 'function' ? await body() : body;
      const reply = await exchange(environment, { ...request, body: sent, timeoutMs });
      if (reply.status < 300 || takes.includes(reply.status)) return reply;
      throw await refusalOf(reply);
    } catch (error) {
      const waitMs = waitBeforeNext(environment, error, tries);
      if (waitMs === undefined || tries >= triesMax) throw error;
      await untilWorthATry(environment, waitMs, signal);
    }
  }
}

/** The answer as JSON. What is no JSON was cut off, or comes from something else than Easel. */
export async function jsonOf<T>(reply: Reply): Promise<T> {
  try {
    return JSON.parse(await reply.body.text()) as T;
  } catch (cause) {
    throw new EaselError('answer_invalid', 'What answered is not Easel.', { status: reply.status, cause });
  }
}

/** Equal jitter: half of it is certain, the other half spreads those who failed together. */
export function backoffMs({ fraction }: Pick<Environment, 'fraction'>, tries: number): number {
  const most = Math.min(BACKOFF_MAX_MS, BACKOFF_MS * 2 ** (tries - 1));
  return most / 2 + (fraction() * most) / 2;
}

function waitBeforeNext(environment: Environment, error: unknown, tries: number): number | undefined {
  if (!(error instanceof EaselError) || !error.retryable) return undefined;
  const { retryAfterMs = 0 } = error;
  return retryAfterMs > RETRY_AFTER_MAX_MS ? undefined : retryAfterMs + backoffMs(environment, tries);
}
