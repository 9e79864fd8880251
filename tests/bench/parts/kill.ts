/** `kill -9` in the middle of a job: after how long a process that is started at once has it running again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from '../child.ts';
import { CONTENDERS, type Contender, nameOf, startPeer } from '../contenders.ts';
import type { EaselReady } from '../easel-server.ts';
import { generate } from '../load.ts';
import type { Produced } from '../produce.ts';
import { submitsOf } from '../requests.ts';
import { inTurns, type Measure, type Part, type Sheet, type Stage, type Subjects } from '../stage.ts';

const AGAIN = 's until it runs again';
const METRICS = [{ name: AGAIN, better: 'less' }] as const;
/** bee-queue needs ten seconds; the others a minute to hours, by their documentation. */
const LIMIT_MS = 20_000;
const START_LIMIT_MS = 5_000;

export const kill: Part = {
  name: 'kill',
  title: 'kill -9 in the middle of a job',
  about:
    'The process that works on a job is killed and another started at once; counted from its start (its own start-up included) until the handler, for ' +
    'Easel the worker, has the job again. A peer is waited for 20 s, once, all of them at the same time: by their documentation BullMQ takes a ' +
    'minute, pg-boss 15 minutes, plainjob 30 minutes and graphile-worker four hours, with the settings used here.',
  async measure(stage, sheet) {
    const subjects: Subjects = new Map([['Easel', killEasel(stage)]]);
    const plan = { title: 'Killed and started again', metrics: METRICS, own: 'Easel', warmUp: false };
    const peers = await Promise.all(CONTENDERS.map(contender => killPeer(stage, sheet, contender)));
    for (const peer of peers) if (peer) subjects.set(peer.name, once(peer.seconds));
    await inTurns(stage, sheet, { ...plan, subjects });
  },
};

function killEasel({ processes, photos }: Stage): Measure {
  return async () => {
    const options = { dataDir: await processes.folder(), stuck: true };
    const first = await processes.start<EaselReady>('./easel-server.ts', options);
    const next = submitsOf(photos.small, first.ready);
    await generate({ url: first.ready.url, connections: 1, forMs: 5_000, requestsMax: 1, status: 202, next });
    await startedAt(() => first.ask<number[]>('startedAt'), START_LIMIT_MS);
    // Until the model has been asked.
    await sleep(100);
    const killedAt = nowMs();
    await first.gone();
    const second = await processes.start<EaselReady>('./easel-server.ts', options);
    const at = await startedAt(() => second.ask<number[]>('startedAt'), LIMIT_MS);
    second.kill();
    return { [AGAIN]: (at - killedAt) / 1_000 };
  };
}

interface Killed {
  readonly name: string;
  /** Infinity when it did not run again in time. */
  readonly seconds: number;
}

async function killPeer(stage: Stage, sheet: Sheet, contender: Contender): Promise<Killed | undefined> {
  const { processes, databases } = stage;
  const name = nameOf(contender);
  const starts = (peer: Awaited<ReturnType<typeof startPeer>>) => async () =>
    (await peer.ask<{ atMs: number }[]>('starts')).map(({ atMs }) => atMs);
  try {
    const place = await contender.place(databases, processes);
    const producer = await startPeer(processes, contender, place);
    const first = await startPeer(processes, contender, place);
    await first.ask('work', { concurrency: 1, stuck: true });
    await producer.ask<Produced>('produce', { jobsMax: 1, forMs: 5_000, atOnce: 1, bytes: 180 });
    await startedAt(starts(first), START_LIMIT_MS);
    first.kill();
    const killedAt = nowMs();
    const second = await startPeer(processes, contender, place);
    await second.ask('work', { concurrency: 1, stuck: true });
    const at = await startedAt(starts(second), LIMIT_MS).catch(() => Number.POSITIVE_INFINITY);
    if (!Number.isFinite(at)) sheet.missing.push(`${name}: the job did not run again within ${LIMIT_MS / 1_000} s`);
    return { name, seconds: (at - killedAt) / 1_000 };
  } catch (error) {
    sheet.missing.push(`${name}: ${(error as Error).message.split('\n')[0]}`);
    return undefined;
  }
}

/** It was measured once, so it has a value in the first round alone. */
function once(seconds: number): Measure {
  return async ({ number }) => ({ [AGAIN]: number === 0 ? seconds : Number.NaN });
}

async function startedAt(since: () => Promise<number[]>, limitMs: number): Promise<number> {
  for (const endMs = performance.now() + limitMs; performance.now() < endMs; await sleep(10)) {
    const [at] = await since();
    if (at !== undefined) return at;
  }
  throw new Error(`no handler was started within ${limitMs} ms`);
}
