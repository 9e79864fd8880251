/**
 * The client of Cloud Tasks, made at the first call and then kept: its import and start take some 300 ms, which must
 * not lie between a cold start and `listen`. Nothing of the SDK is loaded by importing this file.
 */
import type { CloudTasksClient } from '@google-cloud/tasks';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { PlatformError } from '../platform/errors.ts';
import { PASSING_CODES } from './queue-errors.ts';

/** The SDK's own settings. */
export type TasksClientSettings = NonNullable<ConstructorParameters<typeof CloudTasksClient>[0]>;

export interface LazyClient {
  /** Opens the client if need be. Throws what the SDK throws when it cannot start; the next call then tries anew. */
  get(): Promise<CloudTasksClient>;
  close(): Promise<void>;
}

/**
 * How each call is made. All of them may be made twice without harm (a task has its name), so that each is repeated,
 * about five seconds long in all; the SDK would not repeat a createTask, and would repeat a getTask for ten minutes.
 */
const RETRY = {
  retryCodes: PASSING_CODES,
  backoffSettings: {
    initialRetryDelayMillis: 50,
    retryDelayMultiplier: 2,
    maxRetryDelayMillis: 500,
    initialRpcTimeoutMillis: 2_000,
    rpcTimeoutMultiplier: 1,
    maxRpcTimeoutMillis: 2_000,
    totalTimeoutMillis: 5_000,
  },
};

/** Made anew for each call: the SDK writes the call's routing header into it. */
export function callOptions(): { retry: typeof RETRY } {
  return { retry: RETRY };
}

export interface LazyClientOptions {
  readonly project: string;
  /** Asked when the client opens. None in production; a double's address otherwise (`queue-plain.ts`). */
  readonly client?: () => Promise<TasksClientSettings>;
  readonly clock: Clock;
  readonly log: Log;
}

export function createLazyClient(options: LazyClientOptions): LazyClient {
  let opening: Promise<CloudTasksClient> | undefined;
  let closed = false;

  return {
    get() {
      if (closed) return Promise.reject(new PlatformError('unavailable', 'The queue was closed.'));
      opening ??= open(options).catch((error: unknown) => {
        // The SDK keeps a start that failed for ever; a metadata server that was slow once must not cost the process.
        opening = undefined;
        throw error;
      });
      return opening;
    },
    async close() {
      closed = true;
      const client = await opening?.catch(() => undefined);
      await client?.close();
    },
  };
}

async function open({ project, client: settings, clock, log }: LazyClientOptions): Promise<CloudTasksClient> {
  const startMs = clock.now();
  const { CloudTasksClient } = await import('@google-cloud/tasks');
  const client = new CloudTasksClient({ projectId: project, ...(await settings?.()) });
  // Awaited here, because a call on a client that cannot start leaves an unhandled rejection, which ends the process.
  await client.initialize();
  log.info('Cloud Tasks client opened', { ms: clock.now() - startMs });
  return client;
}
