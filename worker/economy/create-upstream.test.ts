/**
 * Who tells the provider to begin, and stands still around that call: it does not call when its time is over, and does
 * not leave a second batch behind. Platform: SQLite, with a provider of a few lines.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { upstreamBatches } from '../../common/collections.ts';
import { HoldLost, holdUpstream } from '../../common/economy/tending.ts';
import { type UpstreamBatch, upstreamTaskName } from '../../common/economy/upstream-batch.ts';
import { DEFAULT_MODEL } from '../../common/models.ts';
import { inWorld, type World } from '../../tests/world.ts';
import { createUpstream } from './create-upstream.ts';
import type { BatchWorker } from './tend-upstream.ts';

const test = suite('telling the provider to begin');
const ID = 'upb_01m85cdwk450691p9937qnsdq5';
const OURS = 'batches/ours';

test(
  'a worker that stood still for longer than its hold does not call the provider',
  inWorld(async world => {
    const { engine } = world;
    const held = await begun(world);
    const { calls, batches } = provider(async () => {});
    // The commit of the intention takes as long as the hold lasts.
    const transaction: typeof engine.store.transaction = async work => {
      const value = await engine.store.transaction(work);
      await world.clock.advance(engine.limits.dispatchDeadlineMs);
      return value;
    };
    const slow = { engine: { ...engine, store: { ...engine.store, transaction } }, batches };
    await lost(() => create(slow, held));
    assert.equal(calls, []);
    await create({ engine, batches }, (await holdUpstream(engine, ID, upstreamTaskName(held))) as UpstreamBatch);
    assert.equal(calls.slice(-1), ['create']);
  }),
);

for (const [what, theirs, expected] of [
  ['another one of the same id is known by then: ours is cancelled', 'batches/theirs', ['create', `cancel ${OURS}`]],
  ['ours was found and adopted by then: it stays', OURS, ['create']],
  ['whoever took over has none yet, and will find ours: it stays', undefined, ['create']],
] as const) {
  test(
    `a call that outlasts the hold; ${what}`,
    inWorld(async world => {
      const held = await begun(world);
      const { calls, batches } = provider(() => takenOver(world, theirs));
      await lost(() => create({ engine: world.engine, batches }, held));
      assert.equal(calls, expected);
    }),
  );
}

test.run();

function create(parts: Pick<BatchWorker, 'engine' | 'batches'>, held: UpstreamBatch) {
  const never = new AbortController().signal;
  return createUpstream({ ...parts, stopping: never } as BatchWorker, held, never);
}

/** What it was told, in turn. @param during What happens while it makes the batch. */
function provider(during: () => Promise<void>) {
  const calls: string[] = [];
  const batches = {
    async find() {
      return undefined;
    },
    async create() {
      calls.push('create');
      await during();
      return OURS;
    },
    async cancel(name: string) {
      calls.push(`cancel ${name}`);
    },
  } as unknown as BatchWorker['batches'];
  return { calls, batches };
}

/** Its requests are with the provider; held. */
async function begun({ engine }: World): Promise<UpstreamBatch> {
  const now = engine.clock.now();
  const batch: UpstreamBatch = {
    ...{ id: ID, v: 1, state: 'creating', model: DEFAULT_MODEL, items: [], inputFile: 'files/1' },
    ...{ economyUntil: now + 86_400_000, createdAt: now, creations: 0, troubles: 0, dispatch: 1, fence: 0 },
    expireAt: now + 90 * 86_400_000,
  };
  await engine.store.transaction(async tx => tx.set(upstreamBatches, batch));
  return (await holdUpstream(engine, ID, upstreamTaskName(batch))) as UpstreamBatch;
}

async function takenOver({ engine }: World, name: string | undefined): Promise<void> {
  await engine.store.transaction(async tx => {
    const batch = (await tx.get(upstreamBatches, ID)) as UpstreamBatch;
    const fence = batch.fence + 1;
    const lease = { fence, expiresAt: engine.clock.now() + 60_000 };
    tx.set(upstreamBatches, { ...batch, fence, lease, ...(name === undefined ? {} : { name, state: 'open' }) });
  });
}

async function lost(work: () => Promise<unknown>): Promise<void> {
  const error = await work().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.instance(error, HoldLost);
}
