/**
 * Easel's engine without HTTP, photos and pictures, in a process of its own: the queue alone (a task is added, handed
 * over, done), and the whole life of a job as its documents live it (admitted, rung for, claimed, finished). All of it
 * durable, with the store and the queue of the embedded platform; in the bulk lane, because a store that a server has
 * left behind may have its other lane paused. The queue's rate and concurrency are lifted: they
 * are there for the provider's sake, and here no one draws.
 */
import { join } from 'node:path';
import { systemClock as clock, systemRandom as random } from '../../common/clock.ts';
import { COLLECTIONS } from '../../common/collections.ts';
import { createDirectoryBucket } from '../../common/embedded/bucket.ts';
import { QUEUE_LIMITS } from '../../common/embedded/platform.ts';
import { createSqliteQueue } from '../../common/embedded/queue.ts';
import { openDatabase } from '../../common/embedded/sqlite.ts';
import { createSqliteStore } from '../../common/embedded/store.ts';
import { createEngine } from '../../common/engine.ts';
import { newId, sha256 } from '../../common/ids.ts';
import type { Output } from '../../common/job.ts';
import { admit } from '../../common/jobs/admit.ts';
import { claim } from '../../common/jobs/claim.ts';
import { finish } from '../../common/jobs/finish.ts';
import { ring } from '../../common/jobs/ring.ts';
import type { Submission } from '../../common/jobs/submission.ts';
import { DAY_MS, LIMITS } from '../../common/limits.ts';
import { silentLog } from '../../common/log.ts';
import { CATALOGUE, DEFAULT_MODEL } from '../../common/models.ts';
import { noPoint } from '../../common/points.ts';
import { answerBenchmark, nowMs } from './child.ts';
import { produce, type Wish } from './produce.ts';

const LIFTED = { concurrency: 50, ratePerSecond: 1_000_000 };
const OUTPUT: Output = {
  ...{ contentType: 'image/png', width: 64, height: 80, bytes: 300, sha256: 'f'.repeat(64) },
  ...{ placeholder: 'IggCA4A4/4n/d4d4d3iIiId4eHh3', expiresAt: clock.now() + LIMITS.retentionMs },
};
const USAGE = { inputTokens: 100, outputTextTokens: 0, outputImageTokens: 1_120 };

const { dataDir: directory } = JSON.parse(process.argv[2] ?? '{}') as { dataDir: string };
const database = openDatabase(directory);
const store = createSqliteStore(database, COLLECTIONS);
const queue = createSqliteQueue(database, { clock, limits: { ...QUEUE_LIMITS, bulk: LIFTED } });
const bucket = createDirectoryBucket({
  ...{ directory: join(directory, 'objects'), baseUrl: () => '', signingKey: random.bytes(32) },
  ...{ clock, random, point: noPoint },
});
const engine = createEngine({
  ...{ store, queue, bucket, clock, random, point: noPoint, log: silentLog, limits: LIMITS, catalogue: CATALOGUE },
  settings: {
    ...{ quotaPerDay: { named: 10, custom: 3 }, quotaPerDayByAddress: { named: 60, custom: 20 } },
    ...{ budgetMicroUsdPerDay: 1e12, orderRetentionMs: 400 * DAY_MS, spendShards: 1, idSecret: random.bytes(32) },
  },
});

let done = 0;
const startedAfter: number[] = [];
queue.start(async ({ payload: { jobId, madeAt } }) => {
  startedAfter.push(nowMs() - Number(madeAt));
  if (typeof jobId === 'string') await live(jobId);
  done++;
});

answerBenchmark({
  queue: (wish: Wish) => measure(wish, addTask),
  life: (wish: Wish) => measure(wish, admitJob),
  /** By how much each handler's start came after its task was added, since this was asked last. */
  startedAfter: () => startedAfter.splice(0),
});

/** Jobs a second from the first that is made to the last that is done. */
async function measure(wish: Wish, add: () => Promise<void>): Promise<number> {
  const before = done;
  const { jobs, begunMs } = await produce(wish, add);
  while (done < before + jobs) await new Promise(resolve => setImmediate(resolve));
  return jobs / ((nowMs() - begunMs) / 1_000);
}

let tasks = 0;

async function addTask(): Promise<void> {
  const name = `bench-${process.pid}-${tasks++}`;
  await queue.enqueue({ queue: 'bulk', name, kind: 'job', payload: { madeAt: nowMs(), v: 1 } });
}

async function admitJob(): Promise<void> {
  const submission = newSubmission();
  const admitted = await admit(engine, submission, `inputs/${submission.id}/0123456789abcdef`);
  if (admitted.kind !== 'admitted') throw new Error(`expected admission, got ${admitted.kind}`);
  await ring(engine, admitted.run);
}

async function live(jobId: string): Promise<void> {
  const claimed = await claim(engine, jobId);
  if (claimed.kind !== 'claimed') throw new Error(`expected a claim, got ${claimed.kind}`);
  const drawn = { model: DEFAULT_MODEL, usage: USAGE };
  const outputPath = `cache/${claimed.run.generationKey.slice(0, 2)}/${claimed.run.generationKey}`;
  const end = { kind: 'delivered', output: OUTPUT, outputPath, drawn, reused: false } as const;
  const finished = await finish(engine, jobId, claimed.run.fence, end);
  if (finished.kind !== 'ended') throw new Error(`expected its end, got ${finished.kind}`);
}

/** As the API makes it of a submit with a server key. */
function newSubmission(): Submission {
  const id = newId('job', clock, random);
  const generationKey = sha256(Buffer.from(id));
  return {
    ...{ id, repeatable: false, requestHash: generationKey, generationKey, shop: 'default', owner: {} },
    ...{ ownerUid: 'u_0123456789abcdef', style: 'ink-wash', styleVersion: 1, model: DEFAULT_MODEL },
    prompt: 'Turn this photo into an ink wash painting: few brush strokes, much white, soft grey tones. '.repeat(3),
    options: { aspectRatio: '4:5', size: '1K', variation: 0 },
    ...{ lane: 'bulk', scopes: [] },
    input: { bytes: new Uint8Array(), sha256: generationKey, contentType: 'image/jpeg' },
  };
}
