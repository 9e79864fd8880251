/**
 * The world of one run: time, what lies behind the seams, the laws, and the processes that live and die in it. All of
 * it follows from a seed.
 */
import { keys, shops, styles } from '../../common/collections.ts';
import { SEED_STYLES } from '../../common/styles.ts';
import { type BatchProvider, createBatchProvider } from './batch-provider.ts';
import { createBucket, type SimulatedBucket } from './bucket.ts';
import { createDatabase, type Database } from './database.ts';
import { type Dice, diceFor } from './dice.ts';
import { drawFaults, type Faults, NO_FAULTS } from './faults.ts';
import type { InjectedAnswer } from './inject.ts';
import { createLaws, type Laws } from './laws.ts';
import { createProvider, type Provider } from './provider.ts';
import { createQueue, type SimulatedQueue } from './queue.ts';
import { createReceiver, type Receiver } from './receiver.ts';
import { createSchedule, type Schedule } from './schedule.ts';
import { KEY_IDS, KEYS, type Role, type Running, startProcess } from './service.ts';

export interface Backends {
  readonly seed: number;
  readonly schedule: Schedule;
  readonly database: Database;
  readonly queue: SimulatedQueue;
  readonly bucket: SimulatedBucket;
  readonly provider: Provider;
  readonly batchProvider: BatchProvider;
  readonly receiver: Receiver;
  readonly laws: Laws;
  readonly quota: number;
  readonly budgetMicroUsd: number;
  /** As they are now: none when it is calm. */
  readonly faults: () => Faults;
}

export interface SimulatedWorld extends Backends {
  readonly dice: Dice;
  /** What the seed has drawn for the part that is not calm. */
  readonly drawn: Faults;
  /** Ends all faults, brings back whatever is dead or paused, and sets the clocks. */
  calmDown(): void;
  readonly running: () => readonly Running[];
  /** Whether the process of that name never died. */
  lives(process: string): boolean;
  /** Another one takes the place of a process that is gone. */
  replace(gone: Running): void;
  /** A request of a client; undefined when no answer came. */
  ask(request: Asked): Promise<InjectedAnswer | undefined>;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly as?: keyof typeof KEYS;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: unknown;
}

export interface RunOptions {
  /** Kinds of faults that are left out. */
  readonly without?: ReadonlySet<string>;
  readonly onStep?: (nowMs: number, what: string) => void;
  /** Instead of those that the seed draws. */
  readonly faults?: Partial<Faults>;
}

const START_MS = Date.UTC(2026, 10, 23, 23, 20);
const BACK_AFTER_MS = [50, 45_000] as const;
const SCHEDULER_MS = 60_000;
const CLIENT_PATIENCE_MS = 45_000;
const QUOTA = 4;
const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

export function openWorld(seed: number, options: RunOptions = {}): SimulatedWorld {
  const dice = diceFor(seed, 'world');
  const drawn = { ...drawFaults(diceFor(seed, 'faults'), options.without ?? new Set()), ...options.faults };
  const startMs = START_MS + dice.between(0, 120) * 60_000;
  const schedule = createSchedule(startMs, options.onStep);
  const database = createDatabase();
  let now: Faults = drawn;
  const faults = () => now;
  const bucket = createBucket(schedule);
  const provider = createProvider(schedule, diceFor(seed, 'provider'), faults);
  const batchProvider = createBatchProvider({ schedule, dice: diceFor(seed, 'upstream'), faults, provider });
  const laws = createLaws({ database, bucket, provider, quota: QUOTA });
  const backends: Backends = {
    ...{ seed, schedule, database, bucket, provider, batchProvider, laws, faults, quota: QUOTA },
    queue: createQueue(schedule, diceFor(seed, 'queue'), faults),
    receiver: createReceiver(schedule, diceFor(seed, 'receiver'), faults),
    budgetMicroUsd: dice.chance(0.05) ? 150_000 : 50_000_000,
  };
  furnish(database, startMs);
  database.onCommit(laws.commit);
  provider.onCall = laws.called;

  const roles: readonly (readonly Role[])[] = dice.chance(0.3)
    ? [['api', 'worker']]
    : [['api'], ['api'], ['worker'], ['worker']];
  let born = 0;
  const start = (its: readonly Role[]) => {
    const one = startProcess(backends, `${its.join('+')}-${++born}`, its);
    one.process.onDeath = () => {
      const backMs = dice.between(...BACK_AFTER_MS);
      schedule.after(backMs, `${one.process.name} is dead, and replaced`, () => replace(one));
    };
    return one;
  };
  let running = roles.map(start);
  /** Whoever is gone is replaced once, by whoever comes first. */
  const replace = (gone: Running) => {
    if (!running.includes(gone)) return;
    running = running.filter(one => one !== gone);
    running.push(start(gone.roles));
  };
  const alive = () => running.filter(({ process }) => process.alive());

  const scheduler = () => {
    schedule.after(SCHEDULER_MS, 'the scheduler calls', scheduler);
    const sweepers = alive().flatMap(one => (one.sweep ? [one] : []));
    if (sweepers.length === 0) return;
    const { process, sweep } = dice.pick(sweepers);
    process.tell(`${process.name} is to sweep`, 1, () => void sweep?.());
  };
  scheduler();

  return {
    ...backends,
    dice,
    drawn,
    running: alive,
    lives: name => alive().some(({ process }) => process.name === name),
    replace,
    calmDown() {
      now = NO_FAULTS;
      backends.queue.resumeAll();
      for (const one of [...running]) if (!one.process.alive()) replace(one);
      for (const { process } of running) process.setClock(schedule.now() - process.clock.now());
    },
    ask: request => askSomeone(backends, dice, request, alive),
  };
}

/** What was there before: the keys and a shop that tells its server of ends. */
function furnish(database: Database, now: number): void {
  const common = { shop: 'default', createdAt: now };
  const shop = { id: 'default', name: 'Default', origins: [], freePrompts: true, createdAt: now, updatedAt: now };
  const secrets = [{ secret: WEBHOOK_SECRET, createdAt: now }];
  const write = (name: string, document: { id: string }) =>
    database.write([{ name, id: document.id, next: () => document }], 'the first start');
  write(keys.name, { ...common, id: KEY_IDS.server, kind: 'server' } as { id: string });
  write(keys.name, { ...common, id: KEY_IDS.admin, kind: 'admin' } as { id: string });
  for (const style of SEED_STYLES) write(styles.name, style);
  write(shops.name, { ...shop, webhookSecrets: secrets } as { id: string });
}

function askSomeone(
  { schedule, faults, laws }: Backends,
  dice: Dice,
  { method, path, as = 'server', headers = {}, body }: Asked,
  alive: () => readonly Running[],
): Promise<InjectedAnswer | undefined> {
  const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const request = {
    ...{ method, path },
    headers: { authorization: `Bearer ${KEYS[as]}`, 'content-type': 'application/json', ...headers },
    ...(bytes ? { body: bytes } : {}),
  };
  return new Promise(resolve => {
    schedule.after(CLIENT_PATIENCE_MS, 'a client gives up waiting', () => resolve(undefined));
    schedule.after(dice.between(1, 80), `a client sends ${method} ${path}`, () => {
      const apis = alive().filter(({ ask }) => ask);
      if (apis.length === 0) return resolve(undefined);
      const { process, ask } = dice.pick(apis);
      process.tell(`${process.name} gets ${method} ${path}`, 1, () => {
        const sent = (answer: InjectedAnswer) => {
          if (answer.status === 500) laws.broken(`${process.name} answered 500 to ${method} ${path}: ${answer.text}`);
          if (!process.alive() || dice.chance(faults().answerLost)) return;
          schedule.after(dice.between(1, 80), `a client hears ${answer.status}`, () => resolve(answer));
        };
        ask?.(request).then(sent, (error: unknown) => laws.broken(`${process.name} broke: ${String(error)}`));
      });
    });
  });
}
