/**
 * What Cloud Scheduler does for the worker: asks it to sweep at intervals, with the token of the account that tasks act
 * for. Without it a job whose worker was killed would wait until the worker itself notices that nobody swept.
 */
export interface Scheduler {
  /** No call starts any more; resolves when the one under way has ended. */
  stop(): Promise<void>;
}

export interface SchedulerOptions {
  readonly everyMs: number;
  /** Where the worker listens. */
  readonly workerUrl: string;
  readonly token: () => Promise<string>;
}

/** As long as Cloud Scheduler waits by default. */
const ANSWER_LIMIT_MS = 180_000;

export function startScheduler({ everyMs, workerUrl, token }: SchedulerOptions): Scheduler {
  const stopping = new AbortController();
  let underWay: Promise<void> | undefined;

  const call = async () => {
    const headers = { Authorization: `Bearer ${await token()}`, 'User-Agent': 'Google-Cloud-Scheduler' };
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]);
    const answer = await fetch(`${workerUrl}/tasks/sweep`, { method: 'POST', headers, signal });
    await answer.arrayBuffer();
  };
  const timer = setInterval(() => {
    // One that is not answered, because the worker is gone or busy, is simply followed by the next.
    underWay ??= call()
      .catch(() => {})
      .finally(() => {
        underWay = undefined;
      });
  }, everyMs);

  return {
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await underWay;
    },
  };
}
