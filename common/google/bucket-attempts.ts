/**
 * The one place where calls to Cloud Storage, and the signer's to IAM, are limited in time and tried again. The SDK's
 * HTTP client knows no time limit on Node, and its retries hang on one flag that concurrent calls switch for each other;
 * both are done here.
 */
import { type Clock, type Random, sleep } from '../clock.ts';
import type { Log } from '../log.ts';
import { type Call, CLOUD_STORAGE, type Fault, faultOf, type Service, translate } from './bucket-errors.ts';

export interface AttemptOptions extends Call {
  /** For one try. */
  readonly limitMs?: number;
  /** Makes a fault worth another try that is final elsewhere. */
  readonly alsoRetry?: (fault: Fault) => boolean;
}

/**
 * Runs a call that may safely be repeated, up to five times, and translates what it fails with. The signal aborts when
 * the time of one try is over.
 */
export type Attempts = <T>(options: AttemptOptions, run: (signal: AbortSignal) => Promise<T>) => Promise<T>;

const TRIES = 5;
/** Waits up to 0.2, 0.4, 0.8 and 1.6 s: at worst three seconds on top of the calls themselves. */
const FIRST_WAIT_MS = 200;
/** The slowest metadata call that is still worth waiting for; the API has a minute for its whole answer. */
const LIMIT_MS = 15_000;

export interface AttemptsOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Who is asked. Default: Cloud Storage. */
  readonly service?: Service;
}

export function createAttempts({ clock, random, log, service = CLOUD_STORAGE }: AttemptsOptions): Attempts {
  return async ({ limitMs = LIMIT_MS, alsoRetry = () => false, ...call }, run) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await within(clock, limitMs, run);
      } catch (error) {
        const fault = faultOf(error);
        const again = fault !== undefined && (fault.transient || alsoRetry(fault)) && attempt < TRIES;
        if (!again) throw translate(error, call, service);
        log.warn(service.event, { reason: call.what, code: fault.code, count: attempt });
        await sleep(clock, random.fraction() * FIRST_WAIT_MS * 2 ** (attempt - 1));
      }
    }
  };
}

async function within<T>(clock: Clock, limitMs: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const late = Promise.withResolvers<never>();
  const cancel = clock.after(limitMs, () => {
    late.reject(Object.assign(new Error(`no answer within ${limitMs} ms`), { code: 'TIME_LIMIT' }));
    abort.abort();
  });
  try {
    return await Promise.race([run(abort.signal), late.promise]);
  } finally {
    cancel();
  }
}
