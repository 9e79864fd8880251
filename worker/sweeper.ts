/**
 * Sweeps at intervals within a worker process. On google the scheduler calls each minute and this only steps in when
 * it has not; on the embedded platform this is the scheduler.
 */

import type { Engine } from '../common/engine.ts';
import { lastSweepAt, sweep } from '../common/jobs/sweep.ts';
import { logState } from '../common/log-state.ts';

export interface Sweeper {
  /** No sweep starts any more; resolves when the one under way has ended. */
  stop(): Promise<void>;
}

/** With `unlessWithinMs` it leaves out the sweeps for which somebody else, such as the scheduler, has just been. */
export function startSweeper(
  engine: Engine,
  { everyMs, unlessWithinMs = 0 }: { everyMs: number; unlessWithinMs?: number },
): Sweeper {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let cancel = () => {};

  const schedule = () => {
    cancel = engine.clock.after(everyMs, () => {
      running = sweepOnce().then(() => {
        if (!stopped) schedule();
      });
    });
  };
  const sweepOnce = async () => {
    try {
      if (unlessWithinMs > 0 && engine.clock.now() - (await lastSweepAt(engine)) < unlessWithinMs) return;
      const report = await sweep(engine);
      await logState(engine);
      if (report.rung + report.ended + report.failed > 0) {
        engine.log.info('swept', { count: report.looked, reason: `${report.rung} rung, ${report.ended} ended` });
      }
    } catch (error) {
      engine.log.error('sweep failed; the next one tries again', { error });
    }
  };
  schedule();

  return {
    async stop() {
      stopped = true;
      cancel();
      await running;
    },
  };
}
