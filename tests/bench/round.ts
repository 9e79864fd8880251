/**
 * One round of the measurement: everything once, Easel and what it is compared with right after each other, in the
 * other order in every other round.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Figures, percentile } from './figures.ts';
import { generate, type LoadResult } from './load.ts';
import { commitsPerSecond, syncsPerSecond } from './raw-limits.ts';
import { pollsOf, type RequestBytes, submitsOf } from './requests.ts';
import type { MeasuredServer } from './servers.ts';

export interface Bench {
  /** Its worker is paused: it takes jobs in and answers polls. */
  readonly intake: MeasuredServer;
  /** Its worker draws. */
  readonly whole: MeasuredServer;
  readonly bare: MeasuredServer;
  readonly photos: { readonly small: Buffer; readonly large: Buffer };
  /** A job that waits at `intake`, and one that has succeeded at `whole`. */
  readonly paths: { readonly waiting: string; readonly done: string };
  /** On the disk that the services write to. */
  readonly folder: string;
}

export interface Tables {
  readonly http: Figures;
  readonly limits: Figures;
}

export const COLUMNS = { http: ['Easel', 'bare koa'], limits: ['Easel', 'limit'] } as const;
const CONNECTIONS = 50;
const RAW_MS = 150;
/** Large photos come last in a round and in small number: a disk that was written to a lot is slow for a while. */
const LARGE_MAX = 250;
const DISK_REST_MS = 800;
const BURST = { connections: 16, forMs: 4_000, requestsMax: 120 };
const SINGLES = { connections: 1, forMs: 2_000, requestsMax: 20 };
const DONE_LIMIT_MS = 9_000;

export interface Pace {
  /** Counted from 0; decides which side goes first. */
  readonly round: number;
  /** For how long each load is kept up. */
  readonly forMs: number;
}

export async function measureRound(bench: Bench, { http, limits }: Tables, pace: Pace): Promise<void> {
  const { intake, whole, bare, photos, paths, folder } = bench;
  const compare = (line: string, server: MeasuredServer, what: Pick<Load, 'status' | 'next' | 'requestsMax'>) =>
    measurePair(http, line, { load: { server, connections: CONNECTIONS, forMs: pace.forMs, ...what }, bare, pace });
  const submits = (photo: Buffer) => ({ status: 202, next: submitsOf(photo, intake) });

  await sleep(DISK_REST_MS);
  const syncs = syncsPerSecond(folder, RAW_MS);
  const commits = commitsPerSecond(folder, RAW_MS);
  const taken = await compare('submits/s, photo of 1 KB', intake, submits(photos.small));
  await compare('polls/s, job that waits', intake, { status: 200, next: pollsOf(paths.waiting, intake.key) });
  await compare('polls/s, job that is done', whole, { status: 200, next: pollsOf(paths.done, whole.key) });
  const drawn = await measureDrawing(http, whole, photos.small);
  await compare('submits/s, photo of 200 KB', intake, { ...submits(photos.large), requestsMax: LARGE_MAX });
  addLimit(limits, 'submits/s and synced writes of 4 KB/s', taken, syncs);
  addLimit(limits, 'submits/s and SQLite commits/s', taken, commits);
  addLimit(limits, 'jobs/s and SQLite commits/s', drawn, commits);
}

interface Load {
  readonly server: MeasuredServer;
  readonly status: number;
  readonly next: () => RequestBytes;
  readonly connections: number;
  readonly forMs: number;
  readonly requestsMax?: number;
}

/** Resolves with Easel's rate. */
async function measurePair(
  figures: Figures,
  line: string,
  { load, bare, pace }: { load: Load; bare: MeasuredServer; pace: Pace },
): Promise<number> {
  const [first, second] = COLUMNS.http;
  const sides = [
    [first, load],
    [second, { ...load, server: bare }],
  ] as const;
  let rate = 0;
  for (const [column, side] of pace.round % 2 === 0 ? sides : sides.toReversed()) {
    const { perSecond } = await measure(figures, line, { column, load: side });
    if (column === first) rate = perSecond;
  }
  return rate;
}

/** From the submit to the picture: one job at a time, then many at once. Resolves with the jobs per second of those. */
async function measureDrawing(figures: Figures, server: MeasuredServer, photo: Buffer): Promise<number> {
  const [column] = COLUMNS.http;
  const single = { server, status: 200, next: submitsOf(photo, { ...server, wait: true }), ...SINGLES };
  await measure(figures, 'jobs/s, one at a time, submit to picture', { column, load: single });

  const startedAt = performance.now();
  const { burst, cpuMs } = await withCpu(server, async () => {
    const burst = await generate({ url: server.url, status: 202, next: submitsOf(photo, server), ...BURST });
    await untilAllAreDone(server);
    return { burst };
  });
  const jobs = burst.latenciesMs.length;
  const perSecond = jobs / ((performance.now() - startedAt) / 1_000);
  figures.add('submits/s while the worker draws', column, burst.perSecond);
  addTimes(figures, 'submits/s while the worker draws', burst, column);
  figures.add('jobs/s, many at once, first submit to last picture', column, perSecond);
  figures.add('jobs/s, many at once, first submit to last picture: processor time of each, ms', column, cpuMs / jobs);
  return perSecond;
}

async function measure(
  figures: Figures,
  line: string,
  { column, load }: { column: string; load: Load },
): Promise<LoadResult> {
  const { cpuMs, ...result } = await withCpu(load.server, () => generate({ ...load, url: load.server.url }));
  figures.add(line, column, result.perSecond);
  addTimes(figures, line, result, column);
  figures.add(`${line}: processor time of each, ms`, column, cpuMs / result.latenciesMs.length);
  return result;
}

/** What the work resolves with, and the processor time that the server took for it. */
async function withCpu<T extends object>(
  server: MeasuredServer,
  work: () => Promise<T>,
): Promise<T & { cpuMs: number }> {
  const before = await server.tell({});
  const result = await work();
  const after = await server.tell({});
  return { ...result, cpuMs: after.cpuMs - before.cpuMs };
}

async function untilAllAreDone({ url, key }: MeasuredServer): Promise<void> {
  const endMs = performance.now() + DONE_LIMIT_MS;
  const some = async (status: string) => {
    const headers = { Authorization: `Bearer ${key}` };
    const response = await fetch(`${url}/v1/jobs?status=${status}&limit=1`, { headers });
    return ((await response.json()) as { jobs: unknown[] }).jobs.length > 0;
  };
  while ((await some('queued')) || (await some('running'))) {
    if (performance.now() > endMs) throw new Error(`jobs not done within ${DONE_LIMIT_MS} ms`);
    await sleep(10);
  }
}

function addTimes(figures: Figures, line: string, { latenciesMs }: LoadResult, column: string): void {
  figures.add(`${line}: p50 in ms`, column, percentile(latenciesMs, 0.5));
  figures.add(`${line}: p99 in ms`, column, percentile(latenciesMs, 0.99));
}

function addLimit(figures: Figures, line: string, easel: number, limit: number): void {
  figures.add(line, COLUMNS.limits[0], easel);
  figures.add(line, COLUMNS.limits[1], limit);
}
