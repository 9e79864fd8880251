/**
 * Lets the present code work on a restored world until nothing is left to do: tasks as the queue delivers them, a sweep
 * a minute. Time passes only while no task is being worked on, so that no lease runs out because a machine is slow.
 */
import { runs } from '../../common/collections.ts';
import type { Engine } from '../../common/engine.ts';
import { isDone } from '../../common/job.ts';
import { sweep } from '../../common/jobs/sweep.ts';
import { QUEUES } from '../../common/platform/queue.ts';
import { createWorker } from '../../worker/app.ts';
import { waitFor } from '../wait-for.ts';
import type { World } from '../world.ts';

const STEP_MS = 5_000;
const SWEEP_EVERY_MS = 60_000;
const ALL = 1_000;

/** Resolves when every run is settled and every pause is over. */
export async function settle(
  { engine, platform, clock, model }: World,
  { limitMs = 20_000 }: { readonly limitMs?: number } = {},
): Promise<void> {
  const never = new AbortController().signal;
  const worker = createWorker({ engine, model, slots: 8, draining: never, stopping: never });
  let underWay = 0;
  let sweptAt = clock.now();
  platform.queue.start(async task => {
    underWay++;
    await worker.handle(task).finally(() => underWay--);
  });
  const step = async () => {
    if (underWay > 0) return false;
    if (await isSettled(engine)) return true;
    await clock.advance(STEP_MS);
    if (clock.now() - sweptAt < SWEEP_EVERY_MS) return false;
    sweptAt = clock.now();
    await sweep(engine);
    return false;
  };
  try {
    await waitFor('every run to be settled', step, { limitMs, everyMs: 2 });
  } finally {
    await platform.queue.stop();
  }
}

async function isSettled({ store, queue }: Engine): Promise<boolean> {
  const { items } = await store.list({ from: runs, limit: ALL });
  const states = await Promise.all(QUEUES.map(name => queue.state(name)));
  const settled = items.every(run => isDone(run.status) && run.pending.length === 0);
  return settled && states.every(state => state === 'running');
}
