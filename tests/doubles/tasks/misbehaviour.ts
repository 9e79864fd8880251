/**
 * How the double misbehaves: what Cloud Tasks and the network were seen to do, or may do by their promises. A plan says
 * it for each call and each task; `byRate` makes a plan from rates and dice, so that a run repeats from its seed.
 */
import { grpc } from 'google-gax';
import type { Random } from '../../../common/clock.ts';
import type { Method } from './messages.ts';

/**
 * `fail`: nothing is done. `doThenFail`: it is done, and its answer is lost. `after-delivery` (createTask): the answer
 * comes when the first delivery of the task has ended.
 */
export type CallFate = 'ok' | 'after-delivery' | { readonly fail: grpc.status } | { readonly doThenFail: grpc.status };

export interface Call {
  readonly method: Method;
  /** Of the task or queue that the call is about. */
  readonly name: string;
  /** Which call of its method it is, from 1. */
  readonly number: number;
}

export interface TaskFate {
  /** Vanishes as soon as it is created: lost by a purge, or by a setting that gave it up. */
  readonly drop?: boolean;
  /** Comes so much later than it was to come. */
  readonly lateMs?: number;
  /** Comes again, so long after its first attempt began: once for each, beside the queue's limits, done or not. */
  readonly againAfterMs?: readonly number[];
}

export interface Misbehaviour {
  readonly call?: (call: Call) => CallFate;
  readonly task?: (taskId: string) => TaskFate;
  /** Fractions in [0, 1): due tasks start in the order that these pick, instead of their own. */
  readonly shuffle?: () => number;
}

export interface Rates {
  readonly fail?: number;
  readonly doThenFail?: number;
  /** Of createTask alone. */
  readonly afterDelivery?: number;
  readonly drop?: number;
  readonly late?: { readonly rate: number; readonly ms: number };
  readonly again?: { readonly rate: number; readonly afterMs: readonly number[] };
  readonly shuffle?: boolean;
}

/** The rates of `calls` are for the methods listed, those of tasks for all. */
export function byRate(random: Random, methods: readonly Method[], rates: Rates): Misbehaviour {
  const { fail = 0, doThenFail = 0, afterDelivery = 0, drop = 0, late, again } = rates;
  const hits = (rate = 0) => random.fraction() < rate;
  return {
    call({ method }) {
      if (!methods.includes(method)) return 'ok';
      if (hits(fail)) return { fail: grpc.status.UNAVAILABLE };
      if (hits(doThenFail)) return { doThenFail: grpc.status.DEADLINE_EXCEEDED };
      return method === 'createTask' && hits(afterDelivery) ? 'after-delivery' : 'ok';
    },
    task: () => ({
      drop: hits(drop),
      ...(late && hits(late.rate) ? { lateMs: late.ms } : {}),
      ...(again && hits(again.rate) ? { againAfterMs: again.afterMs } : {}),
    }),
    ...(rates.shuffle ? { shuffle: () => random.fraction() } : {}),
  };
}
