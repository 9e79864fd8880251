/**
 * A task as Cloud Tasks takes it: its name on the wire, the request that it will push to the worker, and its times.
 */
import { createHash } from 'node:crypto';
import type { protos } from '@google-cloud/tasks';
import { PlatformError } from '../platform/errors.ts';
import type { Task } from '../platform/queue.ts';
import { encodeTask } from '../task-body.ts';

export type WireTask = protos.google.cloud.tasks.v2.ITask;

export interface Target {
  /** Where the worker is reached, without a path. */
  readonly workerUrl: string;
  /** What the token of a delivery is made for; if it were not given, Cloud Tasks would take the URL with its path. */
  readonly audience: string;
  readonly serviceAccount: string;
  /** After so long without an answer a delivery counts as failed, though the worker may still be at it. */
  readonly dispatchDeadlineMs: number;
}

/** https://cloud.google.com/tasks/docs/quotas: how far ahead a task can be scheduled. */
const AHEAD_MAX_MS = 30 * 24 * 3_600_000;

/** Throws `invalid` for a malformed name, or a time that Cloud Tasks could not keep. */
export function wireTask(task: Task, queuePath: string, target: Target, nowMs: number): WireTask {
  const { workerUrl, audience, serviceAccount, dispatchDeadlineMs } = target;
  const { kind, notBefore = nowMs } = task;
  // Delivered at the last day possible it would come before its time: refused instead, also if it is no number.
  if (!(notBefore - nowMs <= AHEAD_MAX_MS)) {
    throw new PlatformError('invalid', `Expected a time at most 30 days ahead for the task "${task.name}".`);
  }
  return {
    name: taskPath(queuePath, task.name),
    httpRequest: {
      httpMethod: 'POST',
      url: `${workerUrl.replace(/\/+$/, '')}/tasks/${kind}`,
      headers: { 'Content-Type': 'application/json' },
      body: Buffer.from(encodeTask(task)),
      oidcToken: { serviceAccountEmail: serviceAccount, audience },
    },
    dispatchDeadline: { seconds: Math.floor(dispatchDeadlineMs / 1_000), nanos: (dispatchDeadlineMs % 1_000) * 1e6 },
    ...(notBefore > nowMs ? { scheduleTime: timestamp(notBefore) } : {}),
  };
}

/**
 * The full name of a task, the same for the same name. Job ids begin with the time, and names that follow one another
 * make Cloud Tasks slow and prone to errors (CreateTaskRequest.task): a hash in front spreads them.
 */
export function taskPath(queuePath: string, name: string): string {
  if (!/^[A-Za-z0-9_-]{1,200}$/.test(name)) {
    throw new PlatformError('invalid', `Expected a task name of 1 to 200 letters, digits, _ or -, got "${name}".`);
  }
  const prefix = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${queuePath}/tasks/${prefix}-${name}`;
}

function timestamp(ms: number): { seconds: number; nanos: number } {
  return { seconds: Math.floor(ms / 1_000), nanos: Math.round((ms % 1_000) * 1e6) };
}
