/** The queue engine alone: jobs a second from being added to being recorded as done, beside peers and raw SQLite. */
import { CONTENDERS, type Contender, nameOf, startPeer } from '../contenders.ts';
import type { Produced, Wish } from '../produce.ts';
import { livesPerSecond, syncsPerSecond } from '../raw-limits.ts';
import { inTurns, type Measure, type Part, prepare, type Round, type Stage, type Subjects } from '../stage.ts';

const RATE = 'jobs/s';
const RAW_MS = 400;
/** Slow peers would need seconds to work off what a fast producer makes. */
const JOBS_MAX = 6_000;
const AT_ONCE = 50;
const BYTES = 180;

export const engine: Part = {
  name: 'engine',
  title: 'The queue engine alone',
  about:
    'Jobs are made 50 at a time and worked off by handlers that do nothing, at the same time; counted from the first that is ' +
    'made to the last whose end is recorded. **Easel** is the whole durable life of a job, as its documents live it: admitted ' +
    '(job and run), rung for, claimed with a lease, finished with a result, the task done; without HTTP, photo and picture. ' +
    '*Its queue alone* adds a task, hands it over and notes that it is done. The queue’s limit of 500 starts a second, there ' +
    'for the provider’s sake, is lifted. A peer makes its jobs (180 bytes) in one process and works in another, ' +
    'and so has both processors; Easel works in one. Raw SQLite is one row of 1 KB inserted, claimed and finished in three transactions, ' +
    'alone and in groups of 50, synced as Easel’s.',
  async measure(stage, sheet) {
    const subjects: Subjects = new Map();
    const easel = await stage.processes.start('./easel-engine.ts', { dataDir: await stage.processes.folder() });
    const asked =
      (what: string): Measure =>
      async round => ({ [RATE]: await easel.ask<number>(what, wishOf(round)) });
    subjects.set('Easel', asked('life'));
    subjects.set('Easel, its queue alone', asked('queue'));
    const folder = await stage.processes.folder();
    subjects.set('node:sqlite, groups of 50', async () => ({ [RATE]: livesPerSecond(folder, RAW_MS, 50) }));
    subjects.set('node:sqlite, single', async () => ({ [RATE]: livesPerSecond(folder, RAW_MS, 1) }));
    subjects.set('fdatasync of 4 KB', async () => ({ [RATE]: syncsPerSecond(folder, RAW_MS) }));
    for (const contender of CONTENDERS) {
      await prepare(sheet, subjects, nameOf(contender), () => setUpFlow(stage, contender));
    }
    const metrics = [{ name: RATE, better: 'more' }] as const;
    await inTurns(stage, sheet, { title: 'The life of a job', metrics, own: 'Easel', subjects });
  },
};

async function setUpFlow({ processes, databases }: Stage, contender: Contender): Promise<Measure> {
  const place = await contender.place(databases, processes);
  const producer = await startPeer(processes, contender, place);
  const worker = await startPeer(processes, contender, place);
  await worker.ask('work', { concurrency: AT_ONCE });
  let made = 0;
  return async round => {
    const { jobs, begunMs } = await producer.ask<Produced>('produce', wishOf(round));
    made += jobs;
    const endedMs = await worker.ask<number>('done', made);
    return { [RATE]: jobs / ((endedMs - begunMs) / 1_000) };
  };
}

function wishOf({ forMs }: Round): Wish {
  return { jobsMax: JOBS_MAX, forMs, atOnce: AT_ONCE, bytes: BYTES };
}
