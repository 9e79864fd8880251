/** What one submit, one poll and one life of a job cost, by what the time went to: from profiles taken under load. */
import { generate } from '../load.ts';
import type { Measured } from '../processes.ts';
import type { Spent } from '../profile.ts';
import { pollsOf, submitsOf } from '../requests.ts';
import type { Metric } from '../results.ts';
import type { Part, Sheet, Stage } from '../stage.ts';
import { CONNECTIONS } from './http-load.ts';
import { startBare, startEasel, submitOne } from './servers.ts';

const FOR_MS = 1_000;
const EACH = 'µs each';
const METRICS: readonly Metric[] = [{ name: EACH, better: 'less' }];
const ALL = 'all of it';
/** What takes less than this is summed up. */
const SHOWN_US = 1;

export const costs: Part = {
  name: 'costs',
  title: 'What it costs, by part',
  about:
    'Microseconds of the main thread, from a profile under full load: the processor’s and, where that thread waits for it, the ' +
    'disk’s. What other threads do is not in it: writing and syncing the photo’s file, and drawing. While a profile is taken all is slower.',
  async measure(stage, sheet) {
    const { small } = stage.photos;
    const [easel, bare] = [await startEasel(stage, { paused: true }), await startBare(stage)];
    const job = await submitOne(easel, small);
    await bare.ask('learn', [
      ['/v1/jobs', { body: job.body }],
      [job.path, job],
    ]);
    for (const [subject, server] of [
      ['Easel', easel],
      ['bare koa', bare],
    ] as const) {
      const submits = { url: server.url, status: 202, next: submitsOf(small, server) };
      const polls = { url: server.url, status: 200, next: pollsOf(job.path, server.key) };
      const load = (requests: typeof submits) => async () =>
        (await generate({ connections: CONNECTIONS, forMs: FOR_MS, ...requests })).latenciesMs.length;
      await profile(stage, sheet, { title: `A submit, ${subject}`, measured: server, work: load(submits) });
      await profile(stage, sheet, { title: `A poll, ${subject}`, measured: server, work: load(polls) });
    }
    const engine = await stage.processes.start('./easel-engine.ts', { dataDir: await stage.processes.folder() });
    const wish = { jobsMax: 10_000, forMs: FOR_MS, atOnce: CONNECTIONS, bytes: 0 };
    const live = async () => {
      const begun = performance.now();
      const perSecond = await engine.ask<number>('life', wish);
      return (perSecond * (performance.now() - begun)) / 1_000;
    };
    await profile(stage, sheet, { title: 'A life of a job in the engine', measured: engine, work: live });
  },
};

interface Profiled {
  readonly title: string;
  readonly measured: Measured;
  /** Resolves with how many were done. */
  readonly work: () => Promise<number>;
}

async function profile({ rounds }: Stage, sheet: Sheet, { title, measured, work }: Profiled): Promise<void> {
  await work();
  const spent: { count: number; by: Spent }[] = [];
  for (let round = 0; round < Math.min(rounds, 3); round++) {
    await measured.ask('beginProfile');
    const count = await work();
    spent.push({ count, by: await measured.ask<Spent>('endProfile') });
  }
  const purposes = [...new Set(spent.flatMap(({ by }) => Object.keys(by)))];
  const each = (purpose: string) => spent.map(({ count, by }) => ((by[purpose] ?? 0) * 1_000) / count);
  const rows = purposes.map(subject => ({ subject, us: each(subject) }));
  const small = rows.filter(({ us }) => Math.max(...us) < SHOWN_US);
  const shown = rows.filter(row => !small.includes(row)).sort((a, b) => sum(b.us) - sum(a.us));
  const total = (some: typeof rows) => spent.map((_, round) => sum(some.map(({ us }) => us[round] ?? 0)));
  const lines = [...shown, { subject: 'other', us: total(small) }, { subject: ALL, us: total(rows) }];
  sheet.tables.push({
    ...{ title, metrics: METRICS, own: '' },
    rows: lines.map(({ subject, us }) => ({ subject, values: { [EACH]: us.map(value => Number(value.toFixed(1))) } })),
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
