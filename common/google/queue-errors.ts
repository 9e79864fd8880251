/**
 * Where the gRPC status codes of Cloud Tasks become the seam's kinds of error. The sentences are ours and name what
 * an operator can do; what Google said stands in the cause, which is logged and never sent to a client.
 */
import { PlatformError } from '../platform/errors.ts';

/** The calls this platform makes, each with the permissions that it needs. */
export const PERMISSIONS = {
  createTask: 'cloudtasks.tasks.create, and iam.serviceAccounts.actAs on the service account of the tasks',
  getTask: 'cloudtasks.tasks.get',
  deleteTask: 'cloudtasks.tasks.delete',
  pauseQueue: 'cloudtasks.queues.pause',
  resumeQueue: 'cloudtasks.queues.resume',
  getQueue: 'cloudtasks.queues.get',
} as const;

export type TasksMethod = keyof typeof PERMISSIONS;

/** google.rpc.Code, those that decide something here. */
const INVALID_ARGUMENT = 3;
const DEADLINE_EXCEEDED = 4;
const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;
const PERMISSION_DENIED = 7;
const RESOURCE_EXHAUSTED = 8;
const FAILED_PRECONDITION = 9;
const OUT_OF_RANGE = 11;
const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;

/** Worth another try at once: the network, or an answer that got lost. Only for calls that may be made twice. */
export const PASSING_CODES = [UNAVAILABLE, DEADLINE_EXCEEDED];

/** A task of this name waits, runs, or ended within the last hour. */
export function isTaken(error: unknown): boolean {
  return codeOf(error) === ALREADY_EXISTS;
}

/** Never heard of, or (9, in the words of the service: "existed recently") done or deleted lately. */
export function isGone(error: unknown): boolean {
  return [NOT_FOUND, FAILED_PRECONDITION].includes(codeOf(error) ?? 0);
}

/** Waiting does not heal these: somebody has to create a queue or grant a permission. */
export function needsOperator(error: unknown): boolean {
  return [NOT_FOUND, PERMISSION_DENIED, FAILED_PRECONDITION, UNAUTHENTICATED].includes(codeOf(error) ?? 0);
}

/** What a call to the queue with this id threw, as the seam says it. A platform error is passed on as it is. */
export function tasksFault(error: unknown, method: TasksMethod, queueId: string): PlatformError {
  if (error instanceof PlatformError) return error;
  const code = codeOf(error);
  const kind = code === INVALID_ARGUMENT || code === OUT_OF_RANGE ? 'invalid' : 'unavailable';
  return new PlatformError(kind, sentence(code, method, queueId), { cause: error });
}

function sentence(code: number | undefined, method: TasksMethod, queueId: string): string {
  switch (code) {
    case INVALID_ARGUMENT:
    case OUT_OF_RANGE:
      return `Cloud Tasks refused the ${method} for the queue "${queueId}" as wrong (code ${code}).`;
    case DEADLINE_EXCEEDED:
      return `Cloud Tasks did not answer the ${method} in time; it may be done nevertheless.`;
    case NOT_FOUND:
      return `The queue "${queueId}" does not exist: run the setup.`;
    case FAILED_PRECONDITION:
      return `The queue "${queueId}" was deleted lately or is disabled: run the setup.`;
    case PERMISSION_DENIED:
      return `The ${method} for the queue "${queueId}" is not permitted: it needs ${PERMISSIONS[method]}.`;
    case RESOURCE_EXHAUSTED:
      return `A quota of Cloud Tasks is used up (${method}).`;
    case UNAUTHENTICATED:
      return 'Cloud Tasks does not know this service: its credentials are missing or stale.';
    case undefined:
      return `The ${method} did not get to Cloud Tasks.`;
    default:
      return `Cloud Tasks cannot serve the ${method} now (code ${code}).`;
  }
}

function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'number') return undefined;
  return error.code;
}
