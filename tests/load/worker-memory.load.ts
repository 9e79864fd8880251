/**
 * What drawing costs in memory, and that no more calls are under way than there are slots. The worker runs in a process
 * of its own; the double of Gemini runs here.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openGeminiDouble } from '../doubles/gemini.ts';
import type { WorkerMeasured } from './worker-alone.ts';

/** 200 jobs take about a minute of two processors. */
export const FILE_LIMIT_MS = 300_000;

const test = suite('the memory of the worker');
const WORKER_ALONE = fileURLToPath(new URL('./worker-alone.ts', import.meta.url));
const MIB = 2 ** 20;
/** Stands in docs/performance.md. */
const PEAK_MIB_MAX = 640;
const PER_JOB_MIB_MAX = 40;

test('200 jobs with photos and pictures of 2 MB: eight calls at once at most, and 40 MiB a job at the margin', async () => {
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
  const picture = await sharp({ create: { width: 896, height: 1_152, channels: 3, background: '#888', noise } })
    .png()
    .toBuffer();
  const gemini = await openGeminiDouble({ answer: { kind: 'picture', bytes: picture, delayMs: 2_000 } });
  try {
    const alone = await measure(gemini, { slots: 1, jobs: 8 });
    assert.is(gemini.mostAtOnce(), 1);
    const eight = await measure(gemini, { slots: 8, jobs: 200 });
    assert.equal([alone.statuses, eight.statuses], [['succeeded'], ['succeeded']]);
    assert.ok(gemini.mostAtOnce() <= 8 && gemini.mostAtOnce() > 4, `${gemini.mostAtOnce()} calls at once`);
    const margin = (eight.peakBytes - alone.peakBytes) / 7 / MIB;
    console.log(
      `photos ${mib(eight.photoBytes)}, pictures ${mib(picture.length)}: idle ${mib(eight.idleBytes)}, ` +
        `peak ${mib(alone.peakBytes)} with one slot, ${mib(eight.peakBytes)} with eight, ${margin.toFixed(1)} MiB a job`,
    );
    assert.ok(eight.photoBytes > 1.8e6 && picture.length > 1.8e6, `${eight.photoBytes}, ${picture.length}`);
    assert.ok(margin <= PER_JOB_MIB_MAX, `${margin.toFixed(1)} MiB a job`);
    assert.ok(eight.peakBytes <= PEAK_MIB_MAX * MIB, mib(eight.peakBytes));
  } finally {
    await gemini.close();
  }
});

test.run();

async function measure(
  { url, apiKey }: { url: string; apiKey: string },
  { slots, jobs }: { slots: number; jobs: number },
): Promise<WorkerMeasured> {
  const directory = await mkdtemp(join(tmpdir(), 'easel-worker-'));
  const child = fork(WORKER_ALONE, [directory, url, apiKey, String(slots), String(jobs)], { stdio: 'inherit' });
  try {
    const measured = await Promise.race([
      once(child, 'message').then(([message]) => message as WorkerMeasured),
      once(child, 'exit').then(([code]) => Promise.reject(new Error(`the worker ended with ${code}`))),
    ]);
    return measured;
  } finally {
    child.kill('SIGKILL');
    await rm(directory, { recursive: true, maxRetries: 3 });
  }
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
