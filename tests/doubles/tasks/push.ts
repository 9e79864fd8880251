/**
 * One attempt: the HTTP request that Cloud Tasks makes of a task, with the headers as its documentation has them
 * (https://cloud.google.com/tasks/docs/creating-http-target-tasks#handler).
 */
import { type Agent, type IncomingMessage, request } from 'node:http';
import type { Clock } from '../../../common/clock.ts';
import type { HeldTask } from './held-task.ts';
import type { Issuer } from './issuer.ts';

/** The worker's status, or why there is none: it could not be reached, or it took longer than the deadline. */
export interface Attempt {
  readonly status?: number;
  readonly retryAfterMs?: number;
}

/** Never rejects. */
export type Push = (task: HeldTask) => Promise<Attempt>;

/** What a task's creator cannot set. `Content-Type` on the other hand is the creator's alone. */
const NOT_THE_CREATORS = /^(host|content-length|user-agent|x-google-.*|x-appengine-.*|x-cloudtasks-.*)$/i;

export function createPush({ clock, issuer, agent }: { clock: Clock; issuer: Issuer; agent: Agent }): Push {
  return async task => {
    const headers = await headersOf(task, issuer);
    return new Promise(resolve => {
      const call = request(task.url, { method: 'POST', agent, headers });
      // Only the listening ends at the deadline: whether the worker notices and stops is its own affair.
      const cancel = clock.after(task.deadlineMs, () => call.destroy());
      const end = (attempt: Attempt) => {
        cancel();
        resolve(attempt);
      };
      call.on('error', () => end({}));
      call.on('close', () => end({}));
      call.on('response', response => {
        response.on('end', () => end(attemptOf(response)));
        response.resume();
      });
      call.end(task.body);
    });
  };
}

async function headersOf(task: HeldTask, issuer: Issuer): Promise<Record<string, string>> {
  const { oidc, previousStatus } = task;
  const given = Object.entries(task.headers).filter(
    ([name]) => !NOT_THE_CREATORS.test(name) && !(oidc && /^authorization$/i.test(name)),
  );
  return {
    ...Object.fromEntries(given),
    'User-Agent': 'Google-Cloud-Tasks',
    'Content-Length': String(task.body.length),
    'X-CloudTasks-QueueName': task.queueId,
    'X-CloudTasks-TaskName': task.taskId,
    'X-CloudTasks-TaskRetryCount': String(task.dispatches - 1),
    'X-CloudTasks-TaskExecutionCount': String(task.executions),
    'X-CloudTasks-TaskETA': (task.scheduledAt / 1_000).toFixed(6),
    ...(previousStatus === undefined ? {} : { 'X-CloudTasks-TaskPreviousResponse': String(previousStatus) }),
    ...(oidc ? { Authorization: `Bearer ${await issuer.token(oidc.account, oidc.audience)}` } : {}),
  };
}

function attemptOf({ statusCode = 0, headers }: IncomingMessage): Attempt {
  const seconds = Number(headers['retry-after']);
  return { status: statusCode, ...(seconds > 0 ? { retryAfterMs: seconds * 1_000 } : {}) };
}
