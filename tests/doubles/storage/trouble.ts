/**
 * How the storage double misbehaves on request: call by call, or at a rate with dice that repeat from a seed.
 */
import type { Random } from '../../../common/clock.ts';
import type { Operation } from './exchange.ts';

export type Misbehaviour =
  /** Refused, and nothing is done. */
  | { readonly kind: 'refuse'; readonly status: number; readonly reason?: string; readonly message?: string }
  /** The same, said before the body of the request has been read, on a connection that then closes. */
  | { readonly kind: 'refuse-early'; readonly status: number }
  /** Done; but the answer says that it failed. */
  | { readonly kind: 'do-then-refuse'; readonly status: number }
  /** The connection breaks: before anything is done, after it is done, or once so many bytes have passed. */
  | { readonly kind: 'reset' }
  | { readonly kind: 'do-then-reset' }
  | { readonly kind: 'reset-upload'; readonly afterBytes: number }
  | { readonly kind: 'reset-download'; readonly afterBytes: number }
  /** An answer that is complete for HTTP, but lacks the end of the object. */
  | { readonly kind: 'truncate'; readonly toBytes: number }
  /** One byte of the content differs on its way; of an upload also `unnoticed`, behind the check of its checksum. */
  | { readonly kind: 'corrupt'; readonly unnoticed?: boolean }
  /** Served when the promise resolves; `download` stops after the first bytes instead, and goes on then. */
  | { readonly kind: 'hold'; readonly until: Promise<unknown>; readonly at?: 'request' | 'download' };

export interface Trouble {
  readonly on: Operation | readonly Operation[] | 'any';
  readonly what: Misbehaviour;
  /** For so many calls in a row: 1 unless told. */
  readonly times?: number;
  /** After so many calls that are served well. */
  readonly after?: number;
}

export interface RandomTrouble {
  readonly on: Trouble['on'];
  readonly what: readonly Misbehaviour[];
  /** Of the calls, between 0 and 1. */
  readonly rate: number;
  readonly random: Random;
}

export interface Troubles {
  /** Planned troubles come first, each in the order they were asked for. */
  plan(trouble: Trouble): void;
  atRandom(trouble: RandomTrouble): void;
  /** What the call that has just come in meets. */
  next(operation: Operation): Misbehaviour | undefined;
}

export function createTroubles(): Troubles {
  const planned: { trouble: Trouble; wait: number; left: number }[] = [];
  const random: RandomTrouble[] = [];
  return {
    plan: trouble => planned.push({ trouble, wait: trouble.after ?? 0, left: trouble.times ?? 1 }),
    atRandom: trouble => random.push(trouble),
    next(operation) {
      for (const entry of planned) {
        if (entry.left === 0 || !concerns(entry.trouble.on, operation)) continue;
        if (entry.wait-- > 0) return undefined;
        entry.left--;
        return entry.trouble.what;
      }
      for (const { on, what, rate, random: dice } of random) {
        if (!concerns(on, operation) || dice.fraction() >= rate) continue;
        return what[Math.floor(dice.fraction() * what.length)];
      }
      return undefined;
    },
  };
}

function concerns(on: Trouble['on'], operation: Operation): boolean {
  return on === 'any' || (typeof on === 'string' ? on === operation : on.includes(operation));
}
