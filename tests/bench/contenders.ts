/**
 * The peers that Easel is measured beside: how each is set up, and what a job of it is worth when `add` resolves. What
 * is not installed or not on the machine is left out and told.
 */
import { existsSync } from 'node:fs';
import type { Databases } from './databases.ts';
import type { Place } from './peers/peer.ts';
import type { Measured, Processes } from './processes.ts';

export interface Contender {
  readonly name: string;
  /** The adapter under `peers/`. */
  readonly peer: string;
  /** Survives a power failure once added. */
  readonly durable: boolean;
  /** Has a koa server of its own in the measurement of submits and polls. */
  readonly serves: boolean;
  place(databases: Databases, processes: Processes): Promise<Place>;
}

let queues = 0;
/** Of its own for each measurement: they share a Redis. */
const newQueue = () => `jobs${++queues}`;
const file = async (processes: Processes) => `${await processes.folder()}/jobs.db`;

export const CONTENDERS: readonly Contender[] = [
  {
    ...{ name: 'BullMQ, everysec', peer: 'bullmq', durable: false, serves: true },
    place: async databases => ({ redisPort: await databases.redis('everysec'), queue: newQueue() }),
  },
  {
    ...{ name: 'BullMQ, always', peer: 'bullmq', durable: true, serves: true },
    place: async databases => ({ redisPort: await databases.redis('always'), queue: newQueue() }),
  },
  {
    ...{ name: 'bee-queue, everysec', peer: 'bee-queue', durable: false, serves: false },
    place: async databases => ({ redisPort: await databases.redis('everysec'), queue: newQueue() }),
  },
  {
    ...{ name: 'pg-boss', peer: 'pg-boss', durable: true, serves: true },
    place: async databases => ({ postgres: await databases.postgres() }),
  },
  {
    ...{ name: 'graphile-worker', peer: 'graphile-worker', durable: true, serves: false },
    place: async databases => ({ postgres: await databases.postgres() }),
  },
  {
    ...{ name: 'graphile-worker, batched', peer: 'graphile-worker', durable: true, serves: false },
    place: async databases => ({ postgres: await databases.postgres(), mode: 'batched' }),
  },
  {
    ...{ name: 'plainjob, NORMAL', peer: 'plainjob', durable: false, serves: false },
    place: async (_, processes) => ({ file: await file(processes), mode: 'NORMAL' }),
  },
  {
    ...{ name: 'plainjob, FULL', peer: 'plainjob', durable: true, serves: false },
    place: async (_, processes) => ({ file: await file(processes), mode: 'FULL' }),
  },
];

/** As the tables show it. */
export function nameOf({ name, durable }: Contender): string {
  return durable ? `${name} (durable)` : name;
}

/** Those with a koa server of their own; none in a quick look. */
export function serving({ smoke }: { readonly smoke: boolean }): readonly Contender[] {
  return smoke ? [] : CONTENDERS.filter(({ serves }) => serves);
}

/** A process of this peer; several at one place share its jobs. Rejects with a sentence when it cannot be had. */
export async function startPeer(processes: Processes, { peer }: Contender, place: Place): Promise<Measured> {
  if (!existsSync(new URL(`./peers/node_modules/${peer}`, import.meta.url))) {
    throw new Error(`${peer} is not installed (npm run bench:install)`);
  }
  return processes.start('./peers/process.ts', { peer, place });
}
