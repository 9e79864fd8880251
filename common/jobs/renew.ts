/**
 * The heartbeat of a claimed run. It touches the run alone, so that no client is woken by it.
 */
import { runs } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { renewMove } from '../job-moves.ts';

/** `lost` = the lease belongs to somebody else or the run is done: stop at once. `canceled` = the owner gave up. */
export type Renewal = 'renewed' | 'canceled' | 'lost';

export async function renew(engine: Engine, jobId: string, fence: number): Promise<Renewal> {
  await engine.point('renewing');
  return engine.store.transaction(async tx => {
    const run = await tx.get(runs, jobId);
    if (run?.status !== 'running' || run.fence !== fence) return 'lost';
    tx.set(runs, renewMove(run, engine.clock.now(), engine.limits));
    return run.cancelRequested ? 'canceled' : 'renewed';
  });
}

/** Whether the owner has given the job up, asked before the call that costs money: the heartbeat may be late for that. */
export async function givenUp(engine: Engine, jobId: string): Promise<boolean> {
  return (await engine.store.get(runs, jobId))?.cancelRequested ?? false;
}

/** Whether the holder of this fence may still act, asked before an effect that cannot be taken back. */
export async function stillHeld(engine: Engine, jobId: string, fence: number): Promise<boolean> {
  const run = await engine.store.get(runs, jobId);
  return run !== undefined && run.status === 'running' && run.fence === fence;
}
