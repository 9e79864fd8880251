/**
 * The three queues and the scheduler that calls the sweeper. Retries have no end: Cloud Tasks deletes a task that has
 * used its attempts up without a word, and the worker asks for another delivery only when the store cannot be reached.
 */
import { QUEUES, type QueueName } from '../../../common/platform/queue.ts';
import { gcloud } from '../command.ts';
import type { Found, Step } from '../converge.ts';
import { type Environment, queueId } from '../environment.ts';

export const SWEEP_JOB = 'easel-sweep';
const EVERY_MINUTE = '* * * * *';

export function queueSteps(env: Environment): Step[] {
  return QUEUES.map(name => queueStep(env, name));
}

function queueStep({ project, region, queues }: Environment, name: QueueName): Step {
  const { concurrent, perSecond } = queues[name];
  const flags = {
    ...{ project, location: region },
    'max-concurrent-dispatches': concurrent,
    'max-dispatches-per-second': perSecond,
    'max-attempts': 'unlimited',
    'min-backoff': '1s',
    'max-backoff': '60s',
  };
  return {
    title: `queue ${queueId(name)}`,
    look: gcloud(`tasks queues describe ${queueId(name)}`, { project, location: region, format: 'json' }),
    holds: found => hasLimits(found, { concurrent, perSecond }),
    make: [gcloud(`tasks queues create ${queueId(name)}`, flags)],
    mend: [gcloud(`tasks queues update ${queueId(name)}`, flags)],
  };
}

interface QueueResource {
  readonly rateLimits?: { readonly maxConcurrentDispatches?: number; readonly maxDispatchesPerSecond?: number };
  readonly retryConfig?: { readonly maxAttempts?: number };
}

function hasLimits(found: Found, { concurrent, perSecond }: { concurrent: number; perSecond: number }): boolean {
  const { rateLimits, retryConfig } = found as QueueResource;
  return (
    rateLimits?.maxConcurrentDispatches === concurrent &&
    rateLimits.maxDispatchesPerSecond === perSecond &&
    retryConfig?.maxAttempts === -1
  );
}

export function schedulerStep({ project, region, urls, accounts }: Environment): Step {
  const flags = {
    ...{ project, location: region, schedule: EVERY_MINUTE },
    uri: `${urls.worker}/tasks/sweep`,
    'http-method': 'POST',
    'oidc-service-account-email': accounts.tasks,
    'oidc-token-audience': urls.worker,
    'attempt-deadline': '180s',
    // The next minute comes anyway.
    'max-retry-attempts': 0,
  };
  return {
    title: 'the sweeper is called every minute',
    look: gcloud(`scheduler jobs describe ${SWEEP_JOB}`, { project, location: region, format: 'json' }),
    holds: found => {
      const { schedule, httpTarget } = found as { schedule?: string; httpTarget?: { uri?: string } };
      return schedule === EVERY_MINUTE && httpTarget?.uri === flags.uri;
    },
    make: [gcloud(`scheduler jobs create http ${SWEEP_JOB}`, flags)],
    mend: [gcloud(`scheduler jobs update http ${SWEEP_JOB}`, flags)],
  };
}
