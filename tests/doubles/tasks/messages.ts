/**
 * What the double of Cloud Tasks says on the wire: statuses, times, and the settings of a queue, between protobuf's
 * messages and plain numbers in milliseconds.
 */

import type { protos } from '@google-cloud/tasks';
import { grpc } from 'google-gax';

type V2 = typeof protos.google.cloud.tasks.v2;
export type TaskMessage = protos.google.cloud.tasks.v2.ITask;
export type QueueMessage = protos.google.cloud.tasks.v2.IQueue;
export type Method = keyof InstanceType<V2['CloudTasks']>;

/** A queue's settings, with the defaults of the service where the setup names none. */
export interface QueueSettings {
  readonly maxDispatchesPerSecond: number;
  readonly maxConcurrentDispatches: number;
  /** -1: without end. Attempts and duration must both be used up before a task is given up. */
  readonly maxAttempts: number;
  /** 0: without end. */
  readonly maxRetryDurationMs: number;
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly maxDoublings: number;
}

export const QUEUE_DEFAULTS: QueueSettings = {
  maxDispatchesPerSecond: 500,
  maxConcurrentDispatches: 1_000,
  maxAttempts: 100,
  maxRetryDurationMs: 0,
  minBackoffMs: 100,
  maxBackoffMs: 3_600_000,
  maxDoublings: 16,
};

/** An answer that is an error, as grpc-js wants it. */
export class Refusal extends Error {
  readonly code: grpc.status;
  readonly details: string;

  constructor(code: grpc.status, details: string) {
    super(details);
    this.code = code;
    this.details = details;
  }
}

export const refuse = {
  invalid: (details: string) => new Refusal(grpc.status.INVALID_ARGUMENT, details),
  missing: (details: string) => new Refusal(grpc.status.NOT_FOUND, details),
  taken: (details: string) => new Refusal(grpc.status.ALREADY_EXISTS, details),
  tooEarly: (details: string) => new Refusal(grpc.status.FAILED_PRECONDITION, details),
  planned: (code: grpc.status) => new Refusal(code, `${grpc.status[code]}, as planned`),
};

/** Protobuf's 64-bit numbers come as text, and unset messages as null. */
type Moment = { seconds?: unknown; nanos?: number | null } | null | undefined;

export function toMs(moment: Moment): number | undefined {
  return moment ? Number(moment.seconds ?? 0) * 1_000 + (moment.nanos ?? 0) / 1e6 : undefined;
}

export function fromMs(ms: number): { seconds: number; nanos: number } {
  const seconds = Math.floor(ms / 1_000);
  return { seconds, nanos: Math.round((ms - seconds * 1_000) * 1e6) };
}

/** The settings in a queue's message, for those that it does not name the `before`. Protobuf says 0 for unnamed. */
export function readSettings({ rateLimits, retryConfig }: QueueMessage, before: QueueSettings): QueueSettings {
  const retry = retryConfig ?? {};
  return {
    maxDispatchesPerSecond: rateLimits?.maxDispatchesPerSecond || before.maxDispatchesPerSecond,
    maxConcurrentDispatches: rateLimits?.maxConcurrentDispatches || before.maxConcurrentDispatches,
    maxAttempts: retry.maxAttempts || before.maxAttempts,
    maxRetryDurationMs: toMs(retry.maxRetryDuration) ?? before.maxRetryDurationMs,
    minBackoffMs: toMs(retry.minBackoff) ?? before.minBackoffMs,
    maxBackoffMs: toMs(retry.maxBackoff) ?? before.maxBackoffMs,
    maxDoublings: retry.maxDoublings || before.maxDoublings,
  };
}

export function queueMessage(name: string, settings: QueueSettings, state: 'RUNNING' | 'PAUSED'): QueueMessage {
  return {
    name,
    state,
    rateLimits: {
      maxDispatchesPerSecond: settings.maxDispatchesPerSecond,
      maxBurstSize: burstOf(settings.maxDispatchesPerSecond),
      maxConcurrentDispatches: settings.maxConcurrentDispatches,
    },
    retryConfig: {
      maxAttempts: settings.maxAttempts,
      maxRetryDuration: fromMs(settings.maxRetryDurationMs),
      minBackoff: fromMs(settings.minBackoffMs),
      maxBackoff: fromMs(settings.maxBackoffMs),
      maxDoublings: settings.maxDoublings,
    },
  };
}

/** The service picks the burst by the rate and does not say how: a fifth of it, which makes 100 of the greatest 500. */
export function burstOf(perSecond: number): number {
  return Math.max(1, Math.ceil(perSecond / 5));
}
