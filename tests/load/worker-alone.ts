/**
 * The worker in a process of its own, for tests that ask what drawing takes: so many jobs with so many slots, from
 * photos and to pictures of about 2 MB. Reports once all are done. Started by `tests/load/worker-memory.load.ts`.
 */
import sharp from 'sharp';
import { systemClock } from '../../common/clock.ts';
import { CATALOGUE } from '../../common/models.ts';
import { createWorker } from '../../worker/app.ts';
import { tuneSharp } from '../../worker/decoder.ts';
import { createGeminiModel } from '../../worker/gemini.ts';
import { waitFor } from '../wait-for.ts';
import { openWorld } from '../world.ts';

export interface WorkerMeasured {
  readonly statuses: readonly string[];
  readonly photoBytes: number;
  /** The largest resident size of the process, and what it had before the first job. */
  readonly peakBytes: number;
  readonly idleBytes: number;
}

const [, , directory = '', baseUrl = '', apiKey = '', slotsText = '1', jobsText = '1'] = process.argv;
const [slots, count] = [Number(slotsText), Number(jobsText)];
tuneSharp();
const world = await openWorld(directory, { budgetMicroUsd: 1_000_000_000 });
const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
const photo = await sharp({ create: { width: 2_200, height: 1_650, channels: 3, background: '#777', noise } })
  .jpeg({ quality: 84 })
  .toBuffer();
const ids: string[] = [];
for (let index = 0; index < count; index++) {
  ids.push((await world.admitted({ customer: `customer-${index}`, photo })).id);
}
const model = createGeminiModel({ catalogue: CATALOGUE, access: { apiKey }, clock: systemClock, baseUrl });
const never = new AbortController().signal;
const idleBytes = process.memoryUsage.rss();
world.platform.queue.start(createWorker({ ...world, model, slots, draining: never, stopping: never }).handle);
await waitFor('all jobs', async () => (await Promise.all(ids.map(world.job))).every(({ done }) => done), {
  limitMs: 280_000,
  everyMs: 500,
});
const measured: WorkerMeasured = {
  statuses: [...new Set((await Promise.all(ids.map(world.job))).map(({ status }) => status))],
  photoBytes: photo.length,
  peakBytes: process.resourceUsage().maxRSS * 1_024,
  idleBytes,
};
await world.close();
process.send?.(measured, undefined, undefined, () => process.disconnect?.());
