/**
 * Keeps a claimed run's lease alive while the work goes on, and tells the work through an AbortSignal when it has to
 * stop. A holder that cannot renew for a whole lease stops itself: somebody else may have the run by then.
 */
import type { Engine } from '../common/engine.ts';
import type { Run } from '../common/job.ts';
import { renew } from '../common/jobs/renew.ts';

/** Why the work has to stop. `late` = the attempt used up its budget of time. */
export type StopReason = 'canceled' | 'lost' | 'stopping' | 'late';

export interface Heartbeat {
  /** Aborted with a `StopReason` as its reason. */
  readonly signal: AbortSignal;
  /**
   * Throws when the work has to stop, also where the lease ran out while the process stood still: its timers, which
   * would tell, come after what it was about to do. To be called right before what costs money.
   */
  insist(): void;
  stop(): void;
}

export function startHeartbeat(engine: Engine, run: Run, stopping: AbortSignal): Heartbeat {
  const { clock, limits } = engine;
  const controller = new AbortController();
  const abort = (reason: StopReason) => controller.abort(reason);
  let leaseEndsAt = run.lease?.expiresAt ?? clock.now();
  let cancelTimer = () => {};

  const beat = async () => {
    const askedAt = clock.now();
    try {
      const renewal = await renew(engine, run.id, run.fence);
      if (renewal === 'renewed') leaseEndsAt = askedAt + limits.leaseMs;
      else abort(renewal);
    } catch (error) {
      engine.log.warn('lease not renewed', { jobId: run.id, error });
    }
    if (clock.now() >= leaseEndsAt) abort('lost');
    if (!controller.signal.aborted) schedule();
  };
  const schedule = () => {
    cancelTimer = clock.after(limits.heartbeatMs, () => void beat());
  };

  const onStopping = () => abort('stopping');
  if (stopping.aborted) onStopping();
  stopping.addEventListener('abort', onStopping, { once: true });
  const cancelBudget = clock.after(limits.workerBudgetMs, () => abort('late'));
  schedule();

  return {
    signal: controller.signal,
    insist() {
      if (clock.now() >= leaseEndsAt) abort('lost');
      controller.signal.throwIfAborted();
    },
    stop() {
      cancelTimer();
      cancelBudget();
      stopping.removeEventListener('abort', onStopping);
      // Ends a beat that is under way: it must not schedule another.
      controller.abort('lost' satisfies StopReason);
    },
  };
}
