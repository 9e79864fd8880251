/**
 * A task as the double keeps it: checked as the service checks it when it is created, counted on with each attempt,
 * and shown again as a message.
 */
import { fromMs, refuse, type TaskMessage, toMs } from './messages.ts';

export interface HeldTask {
  readonly name: string;
  readonly queueId: string;
  readonly taskId: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly oidc?: { readonly account: string; readonly audience: string };
  readonly deadlineMs: number;
  readonly createdAt: number;
  /** When it is, or was, to be attempted: as asked for, then after each failure by the backoff. */
  scheduledAt: number;
  dispatches: number;
  /** Answers of any status; `executions` leaves out those of 5xx, as the header of that name does. */
  responses: number;
  executions: number;
  firstAttemptAt?: number;
  previousStatus?: number;
  /** Misbehaviour: when it comes again, after its first attempt began. */
  againAfterMs: readonly number[];
  /** Resolves when the first attempt has ended, or there will be none. */
  readonly attempted: PromiseWithResolvers<void>;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** https://cloud.google.com/tasks/docs/quotas and task.proto */
const LIMITS = { bytes: 100 * 2 ** 10, aheadMs: 30 * DAY_MS, deadlineMinMs: 15_000, deadlineMaxMs: 30 * MINUTE_MS };
/** A task that is older is dropped, done or not. */
export const LIFE_MS = 31 * DAY_MS;

export function holdTask(message: TaskMessage, queueName: string, nowMs: number): HeldTask {
  const { httpRequest, name } = message;
  const taskId = /^projects\/[^/]+\/locations\/[^/]+\/queues\/[^/]+\/tasks\/([A-Za-z0-9_-]{1,500})$/.exec(
    name ?? '',
  )?.[1];
  if (!taskId) throw refuse.invalid('Task name must be formatted: "…/queues/<QUEUE_ID>/tasks/<TASK_ID>"');
  if (name !== `${queueName}/tasks/${taskId}`) throw refuse.invalid('The task must be named after its queue');
  if (!httpRequest) throw refuse.invalid('This double takes tasks with an HTTP request only');
  const body = Buffer.from((httpRequest.body as Uint8Array | null) ?? []);
  if (body.length > LIMITS.bytes) throw refuse.invalid('Task size too large');
  const asked = toMs(message.scheduleTime) ?? nowMs;
  if (asked - nowMs > LIMITS.aheadMs) throw refuse.invalid('The schedule time must be at most 30 days ahead');
  const deadlineMs = toMs(message.dispatchDeadline) ?? 10 * MINUTE_MS;
  if (deadlineMs < LIMITS.deadlineMinMs || deadlineMs > LIMITS.deadlineMaxMs) {
    throw refuse.invalid('The dispatch deadline must be between 15s and 30m');
  }
  const token = httpRequest.oidcToken;
  return {
    name,
    taskId,
    queueId: queueName.slice(queueName.lastIndexOf('/') + 1),
    url: checkUrl(httpRequest.url ?? ''),
    headers: httpRequest.headers ?? {},
    body,
    ...(token
      ? { oidc: { account: token.serviceAccountEmail ?? '', audience: token.audience || (httpRequest.url ?? '') } }
      : {}),
    deadlineMs,
    createdAt: nowMs,
    scheduledAt: Math.max(asked, nowMs),
    dispatches: 0,
    responses: 0,
    executions: 0,
    againAfterMs: [],
    attempted: Promise.withResolvers(),
  };
}

/** This double calls nothing but this machine, whoever asks. */
function checkUrl(url: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw refuse.invalid('The URL must be http(s)');
  const { protocol, hostname } = new URL(url);
  if (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) return url;
  throw refuse.invalid('This double delivers to http on the loopback interface only');
}

export function taskMessage(task: HeldTask, view: 'BASIC' | 'FULL'): TaskMessage {
  const { url, headers, body, oidc } = task;
  return {
    name: task.name,
    httpRequest: {
      url,
      httpMethod: 'POST',
      headers,
      ...(view === 'FULL' ? { body } : {}),
      ...(oidc ? { oidcToken: { serviceAccountEmail: oidc.account, audience: oidc.audience } } : {}),
    },
    scheduleTime: fromMs(task.scheduledAt),
    createTime: fromMs(Math.floor(task.createdAt / 1_000) * 1_000),
    dispatchDeadline: fromMs(task.deadlineMs),
    dispatchCount: task.dispatches,
    responseCount: task.responses,
    ...(task.firstAttemptAt === undefined ? {} : { firstAttempt: { dispatchTime: fromMs(task.firstAttemptAt) } }),
    view,
  };
}
