/**
 * Kills a real service at a point, starts it again, and judges what is left. The service runs as in production: its own
 * processes, real files and sockets, the model's double on the wire; on google beside Firestore's emulator and doubles
 * of Cloud Tasks and Cloud Storage.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Random } from '../../common/clock.ts';
import { type GeminiDouble, openGeminiDouble } from '../doubles/gemini.ts';
import { type Service, withService } from '../service.ts';
import { PLATFORM } from '../service-processes.ts';
import { colouredSquare } from '../simulation/photo.ts';
import { waitFor } from '../wait-for.ts';
import { brokenPromises, QUOTAS } from './check.ts';
import { JOURNEYS, type Journey } from './journeys.ts';
import type { Order } from './orders.ts';
import type { KillPoint } from './points.ts';

export interface Rig {
  readonly service: Service;
  readonly gemini: GeminiDouble;
  readonly random: Random;
  readonly photo: Buffer;
  /** Answers of the model take so long; 0 usually. */
  delayMs: number;
  /** All orders so far, and how many processes died. */
  readonly orders: Order[];
  kills: number;
}

export interface Cycle {
  readonly point: string;
  /** Whether it was met at all. */
  readonly killed: boolean;
  /** From the end of the restart until all orders were done; absent when nobody died. */
  readonly resumedMs?: number;
  readonly broken: readonly string[];
}

/** On google a job whose worker died waits until its lease is over: shortened, and said so wherever figures are given. */
export const SCALE = PLATFORM === 'google' ? 15 : 12;
const HOOK = fileURLToPath(new URL('hook.ts', import.meta.url));
/** Between headers that have arrived and the death of who reads them. */
const HEADERS_MS = 50;
const NOTICED_MS = 50;
const STARTS_MAX = 5;
const MEET_LIMIT_MS = 20_000;

/** Opens a service with everything that can be armed, runs the body, and removes it. */
export async function withRig(random: Random, body: (rig: Rig, arm: Arm) => Promise<void>): Promise<void> {
  let rig: Rig | undefined;
  const armed = join(tmpdir(), `easel-arm-${process.pid}-${Math.floor(random.fraction() * 1e9)}`);
  const gemini = await openGeminiDouble({
    async answer() {
      const name = await armedAt(armed);
      const kill = async () => {
        await rig?.service.kill(PLATFORM === 'google' ? ['worker'] : undefined);
        rmSync(armed, { force: true });
      };
      if (name === 'K10') {
        await kill();
        return { kind: 'reset' };
      }
      if (name === 'K11') {
        setTimeout(() => void kill(), HEADERS_MS);
        return { kind: 'hang', at: 'body' };
      }
      return { kind: 'picture', ...(rig?.delayMs ? { delayMs: rig.delayMs } : {}) };
    },
  });
  const env = {
    ...QUOTAS,
    NODE_OPTIONS: `--import=${HOOK}`,
    EASEL_SCALE: `${SCALE}`,
    EASEL_ARM: armed,
    GEMINI_API_KEY: gemini.apiKey,
    GEMINI_BASE_URL: gemini.url,
    GEMINI_MODEL: 'gemini-3.1-flash-lite-image',
    BUDGET_USD_PER_DAY: '10000',
  };
  try {
    await withService(async service => {
      rig = {
        service,
        gemini,
        random,
        photo: Buffer.from(colouredSquare(), 'base64'),
        delayMs: 0,
        orders: [],
        kills: 0,
      };
      await body(rig, armOf(armed));
    }, env)();
  } finally {
    rmSync(armed, { force: true });
    await gemini.close();
  }
}

export interface Arm {
  set(name: string, passes: number): void;
  isSet(): boolean;
  drop(): void;
}

function armOf(file: string): Arm {
  return {
    set: (name, passes) => writeFileSync(file, `${name} ${passes}`),
    isSet: () => existsSync(file),
    drop: () => rmSync(file, { force: true }),
  };
}

/** What is armed, of the two points that only the other end of the connection knows. */
async function armedAt(file: string): Promise<string | undefined> {
  return (await readFile(file, 'utf8').catch(() => '')).split(' ')[0];
}

/**
 * On google the other service dies right behind the first: whose death is not noticed yet would not be started again.
 * While it is the start itself that is killed, a start comes to nothing.
 */
async function startAgain(service: Service): Promise<void> {
  if (PLATFORM === 'google') await service.kill();
  for (let tries = 1; ; tries++) {
    await sleep(NOTICED_MS);
    try {
      return await service.start();
    } catch (error) {
      if (tries === STARTS_MAX) throw error;
    }
  }
}

/** One kill: arm, go on the journey until somebody dies, start again, let all end, judge. */
export async function killOnce(rig: Rig, arm: Arm, point: KillPoint): Promise<Cycle> {
  const { service, random } = rig;
  const journey: Journey = JOURNEYS[point.journey];
  const passes = 1 + Math.floor(random.fraction() * point.passes);
  const before = rig.orders.length;
  const ready = await journey.prepare?.(rig);
  arm.set(point.point ?? point.id, passes);
  const underWay = journey.go(rig, ready ?? []);
  underWay.catch(() => {});
  const killed = await waitFor('the kill', () => !arm.isSet() || undefined, {
    limitMs: MEET_LIMIT_MS,
    everyMs: 5,
  }).then(
    () => true,
    () => false,
  );
  arm.drop();
  if (killed) rig.kills++;
  await startAgain(service);
  const startedAt = performance.now();
  await underWay;
  await journey.after?.(rig);
  const orders = rig.orders.slice(before);
  for (const id of orders.flatMap(({ ids }) => ids)) await service.done(id);
  const resumedMs = performance.now() - startedAt;
  const broken = await brokenPromises(rig, orders);
  return { point: point.id, killed, broken, ...(killed ? { resumedMs } : {}) };
}
