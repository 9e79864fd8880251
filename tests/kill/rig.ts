/**
 * What a torture needs around a service: the model's doubles on the wire, a file that arms points, and the orders that
 * were given. The service runs as in production: its own processes, real files and sockets; on google beside
 * Firestore's emulator and doubles of Cloud Tasks and Cloud Storage.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Random } from '../../common/clock.ts';
import { type GeminiAnswer, type GeminiDouble, type GeminiRequest, openGeminiDouble } from '../doubles/gemini.ts';
import { type BatchDouble, openBatchDouble } from '../doubles/gemini-batch.ts';
import { openReceiver, type Receiver } from '../doubles/receiver.ts';
import { createService, type Service } from '../service.ts';
import { PLATFORM } from '../service-processes.ts';
import { colouredSquare } from '../simulation/photo.ts';
import { REFUSED_ONCE } from './bulk.ts';
import { QUOTAS } from './check.ts';
import { type Fleet, ONE_EACH, openFleet } from './fleet.ts';
import type { Role } from './instance.ts';
import { haveSecret } from './operate.ts';
import type { Order } from './orders.ts';

export interface Rig {
  readonly fleet: Fleet;
  readonly service: Service;
  readonly gemini: GeminiDouble;
  readonly batches: BatchDouble;
  /** The shop's server, which takes webhooks. */
  readonly receiver: Receiver;
  /** Of the shop's server. */
  readonly webhook: string;
  readonly random: Random;
  readonly photo: Buffer;
  readonly arm: Arm;
  readonly leaseMs: number;
  /** Answers of the model take so long; 0 usually. */
  delayMs: number;
  /** What the model does instead of drawing, if anything. */
  trouble: (request: GeminiRequest) => GeminiAnswer | undefined;
  /** All orders so far, and how many processes died or stood still. */
  readonly orders: Order[];
  kills: number;
}

export interface Arm {
  readonly file: string;
  /** Whether this is armed, and nobody has taken it yet: of several calls under way, one kills. */
  take(name: string): boolean;
  set(name: string, passes: number): void;
  isSet(): boolean;
  drop(): void;
}

/**
 * On google a job whose worker died waits until its lease is over: shortened, and said so wherever figures are given.
 * Less so when many processes share the machine's processors: a heartbeat that cannot run in time loses its lease.
 */
export function scaleOf(roles: readonly Role[]): number {
  return PLATFORM === 'embedded' ? 12 : roles.length > ONE_EACH.length ? 8 : 15;
}
/** Of the product. */
const LEASE_MS = 60_000;
const HOOK = fileURLToPath(new URL('hook.ts', import.meta.url));
/** Between headers that have arrived and the death of who reads them. */
const HEADERS_MS = 50;
/** How long the provider takes with a batch at most, beyond the look at it. */
const BATCH_MS = 300;

export interface RigOptions {
  readonly roles?: readonly Role[];
  /** Its processes measure themselves when they are asked to. */
  readonly gauges?: boolean;
}

/** Opens a service with everything around it, runs the body, and removes it. */
export async function withRig(
  random: Random,
  body: (rig: Rig) => Promise<void>,
  { roles = ONE_EACH, gauges = false }: RigOptions = {},
): Promise<void> {
  let rig: Rig | undefined;
  const directory = await mkdtemp(join(tmpdir(), 'easel-torture-'));
  const arm = armOf(join(directory, 'armed'));
  const batches = await openBatchDouble();
  const gemini = await openGeminiDouble({ also: alsoBatches(batches), answer: request => answerOf(rig, request) });
  // Signatures are the concern of `tests/webhooks.test.ts`.
  const receiver = await openReceiver({ secrets: () => [] });
  const stopDrawing = drawBatches(batches);
  const scale = scaleOf(roles);
  const gauge = gauges ? { EASEL_GAUGE: join(directory, 'gauge') } : {};
  const fleet = await openFleet({
    directory,
    env: {
      ...environmentOf(gemini),
      OUTBOUND_ALLOW: receiver.origin,
      EASEL_SCALE: `${scale}`,
      EASEL_ARM: arm.file,
      ...gauge,
    },
    roles,
  });
  const service = createService(directory, fleet);
  try {
    await service.start();
    await haveSecret(service);
    rig = {
      ...{ fleet, service, gemini, batches, receiver, random, arm, leaseMs: LEASE_MS / scale },
      photo: Buffer.from(colouredSquare(), 'base64'),
      webhook: `${receiver.origin}/hooks`,
      delayMs: 0,
      trouble: () => undefined,
      orders: [],
      kills: 0,
    };
    await body(rig);
  } catch (error) {
    console.log(service.output().slice(-20_000));
    throw error;
  } finally {
    stopDrawing();
    await fleet.close();
    await Promise.all([gemini.close(), batches.close(), receiver.close()]);
    await rm(directory, { recursive: true });
  }
}

function environmentOf({ apiKey, url }: GeminiDouble): { readonly [name: string]: string } {
  return {
    ...QUOTAS,
    NODE_OPTIONS: `--import=${HOOK}`,
    GEMINI_API_KEY: apiKey,
    GEMINI_BASE_URL: url,
    GEMINI_MODEL: 'gemini-3.1-flash-lite-image',
    BUDGET_USD_PER_DAY: '10000',
  };
}

/** Calls of single pictures go to the one double, all else to the other. */
function alsoBatches({ also }: BatchDouble): BatchDouble['also'] {
  return (request, response) => !/:generateContent/.test(request.url ?? '') && also(request, response);
}

/** The provider draws what it is given, all of it, a moment later. */
function drawBatches({ batches, end }: BatchDouble): () => void {
  const begun = new Set<string>();
  const timer = setInterval(() => {
    for (const batch of batches) {
      if (begun.has(batch.name)) continue;
      begun.add(batch.name);
      void end(batch, 'BATCH_STATE_SUCCEEDED', () => 'picture');
    }
  }, BATCH_MS);
  return () => clearInterval(timer);
}

/** Two of the points are known to this end of the connection alone. */
async function answerOf(rig: Rig | undefined, request: GeminiRequest): Promise<GeminiAnswer> {
  if (!rig) return { kind: 'picture' };
  const { gemini, service, arm } = rig;
  const kill = async () => {
    await service.kill(PLATFORM === 'google' ? ['worker'] : undefined);
    arm.drop();
  };
  if (arm.take('K10')) {
    await kill();
    return { kind: 'reset' };
  }
  if (arm.take('K11')) {
    setTimeout(() => void kill(), HEADERS_MS);
    return { kind: 'hang', at: 'body' };
  }
  const { prompt } = request;
  if (prompt.includes(REFUSED_ONCE) && gemini.calls({ prompt }) === 1) return { kind: 'status', status: 400 };
  const usual = { kind: 'picture' as const, ...(rig.delayMs > 0 ? { delayMs: rig.delayMs } : {}) };
  return rig.trouble(request) ?? usual;
}

function armOf(file: string): Arm {
  let left: string | undefined;
  return {
    file,
    set(name, passes) {
      left = name;
      writeFileSync(file, `${name} ${passes}`);
    },
    take(name) {
      const isOurs = left === name;
      if (isOurs) left = undefined;
      return isOurs;
    },
    isSet: () => existsSync(file),
    drop: () => rmSync(file, { force: true }),
  };
}
