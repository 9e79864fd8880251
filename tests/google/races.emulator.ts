/**
 * Quota under races on the google platform: two API processes, whose lines know nothing of each other, admit the same
 * shopper on Firestore's own locks. Over HTTP; the queue is paused, so that no worker gets in between.
 *
 * On the emulator two admissions that meet wait for two seconds before one of them is aborted, so that a round takes
 * seconds, however few are left.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { jobs, quotas, runs } from '../../common/collections.ts';
import type { Quota } from '../../common/documents.ts';
import type { Engine } from '../../common/engine.ts';
import { ownerUid } from '../../common/owners.ts';
import { endOfDay, scopesOf } from '../../common/quota.ts';
import { createTestModel } from '../doubles/test-model.ts';
import { countUnder } from '../races/kept.ts';
import { type ApiProcess, startApi } from './api-process.ts';
import { openWholeWorld, type WholeWorld } from './whole-world.ts';

export const FILE_LIMIT_MS = 300_000;

const test = suite('races on google');
const LEFT = 10;
const RACERS = 60;
const ROUNDS = 10;
const KEYS = 3;
const KEY_RACERS = 50;
/** More than the test takes: all of it happens on one day. */
const NEAR_MIDNIGHT_MS = 600_000;

test(`of ${RACERS} submits at once to two processes with ${LEFT} left exactly ${LEFT} are admitted, ${ROUNDS} times in a row; a key sent ${KEY_RACERS} times to both is one job`, async () => {
  const environment = { QUOTA_CUSTOM_PER_DAY: String(LEFT), BUDGET_USD_PER_DAY: '1000' };
  const world = await openWholeWorld({ model: createTestModel(), environment });
  // The world has made its own environment that of this process.
  const second = await startApi(stringsOf(process.env), world.keys.server).catch(async (error: unknown) => {
    await world.close();
    throw error;
  });
  try {
    const untilMidnightMs = endOfDay(Date.now()) - Date.now();
    if (untilMidnightMs < NEAR_MIDNIGHT_MS) for (const api of [world, second]) await api.skip(untilMidnightMs);
    await world.worker.queue.pause('interactive');
    const pair: Pair = { world, apis: [world.api, second], admitted: 0 };
    for (let round = 0; round < ROUNDS; round++) await raceForQuota(pair, `customer-${round}`);
    for (let key = 0; key < KEYS; key++) await raceWithOneKey(pair, `key-customer-${key}`);
  } finally {
    await second.stop();
    await world.close();
  }
});

test.run();

interface Pair {
  readonly world: WholeWorld;
  readonly apis: readonly [ApiProcess, ApiProcess];
  /** Jobs so far. */
  admitted: number;
}

interface Told {
  readonly id?: string;
  readonly status: number;
  readonly replayed: boolean;
}

async function raceForQuota(pair: Pair, customerId: string): Promise<void> {
  const startedAt = performance.now();
  const busy = { times: 0 };
  const told = await Promise.all(
    Array.from({ length: RACERS }, (_, racer) =>
      untilDecided(pair, {
        fields: { prompt: `wish ${racer}`, customerId },
        racer,
        key: `${customerId}-${racer}`,
        busy,
      }),
    ),
  );
  console.log(`${customerId}: ${Math.round(performance.now() - startedAt)} ms, ${busy.times} told to come again`);
  const ids = told.flatMap(({ status, id }) => (status === 202 && id !== undefined ? [id] : []));
  assert.equal([ids.length, told.filter(({ status }) => status === 429).length], [LEFT, RACERS - LEFT]);
  await holdKept(pair, customerId, ids);
}

async function raceWithOneKey(pair: Pair, customerId: string): Promise<void> {
  const startedAt = performance.now();
  const busy = { times: 0 };
  const told = await Promise.all(
    Array.from({ length: KEY_RACERS }, (_, racer) =>
      untilDecided(pair, { fields: { prompt: 'one wish', customerId }, racer, key: customerId, busy }),
    ),
  );
  console.log(`${customerId}: ${Math.round(performance.now() - startedAt)} ms, ${busy.times} told to come again`);
  assert.equal(new Set(told.map(({ status }) => status)), new Set([202]));
  const ids = new Set(told.map(({ id }) => id ?? ''));
  assert.is(ids.size, 1);
  // One whose own commit was answered late may find itself as an earlier one; nobody is told twice to be the first.
  assert.ok(told.filter(({ replayed }) => !replayed).length <= 1);
  await holdKept(pair, customerId, [...ids]);
}

interface Racer {
  readonly fields: { readonly [name: string]: string };
  /** The processes are dealt out in turn. */
  readonly racer: number;
  readonly key: string;
  readonly busy: { times: number };
}

/** As a careful client does: whoever is told to come again does so, with the same Idempotency-Key. */
async function untilDecided({ world, apis }: Pair, { fields, racer, key, busy }: Racer): Promise<Told> {
  for (;;) {
    const options = { token: world.keys.server, headers: { 'Idempotency-Key': key } };
    const answer = await (racer % 2 ? apis[1] : apis[0]).submit(fields, options);
    const body = (await answer.json()) as { id?: string; code?: string };
    const { status, headers } = answer;
    assert.ok([202, 429, 503].includes(status), `${status} ${JSON.stringify(body)}`);
    if (status !== 503) {
      if (status === 429) assert.is(body.code, 'quota_exceeded');
      return { ...body, status, replayed: headers.get('idempotent-replayed') === 'true' };
    }
    assert.match(headers.get('retry-after') ?? '', /^[1-9]\d*$/);
    busy.times++;
  }
}

/** Of this customer and in all: what was admitted, and nothing else. */
async function holdKept(pair: Pair, customer: string, ids: readonly string[]): Promise<void> {
  const { worker, tasks } = pair.world;
  pair.admitted += ids.length;
  const uid = ownerUid(worker.settings.idSecret, 'default', { customer });
  const { items } = await worker.store.list({ from: runs, where: [['ownerUid', '==', uid]], limit: RACERS });
  assert.equal(items.map(({ id }) => id).sort(), ids.toSorted());
  assert.equal(new Set(items.map(({ charge, status }) => `${status}, ${charge}`)), new Set(['queued, held']));
  const { held, releasedCalls } = (await quotaOf(worker, customer)) ?? {};
  assert.equal([held, releasedCalls], [ids.length, 0]);
  for (const { inputPath } of items) assert.ok(await worker.bucket.stat(inputPath));
  const kept = [
    await worker.store.count({ from: runs }),
    await worker.store.count({ from: jobs }),
    await countUnder(worker, 'inputs/'),
    tasks.tasks('easel-interactive').length,
  ];
  assert.equal(kept, Array(kept.length).fill(pair.admitted), 'runs, jobs, photos and tasks');
}

function quotaOf({ settings, store, clock }: Engine, customer: string): Promise<Quota | undefined> {
  const [scope] = scopesOf('default', { customer }, 'custom', settings, clock.now());
  return store.get(quotas, scope?.id ?? '');
}

function stringsOf(env: NodeJS.ProcessEnv): { [name: string]: string } {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
