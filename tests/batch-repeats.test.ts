/**
 * A process that dies between a commit and its ring: whoever repeats the request has it rung for, and needs not wait for
 * the sweeper. Platform: embedded.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Batch } from '../common/batches/batch.ts';
import { cancelBatch } from '../common/batches/cancel-batch.ts';
import { retryBatch } from '../common/batches/retry-batch.ts';
import { decideItems, submitItems } from '../common/batches/submit-items.ts';
import { batches } from '../common/collections.ts';
import type { Engine } from '../common/engine.ts';
import { newId } from '../common/ids.ts';
import { ownerUid } from '../common/owners.ts';
import { PlatformError } from '../common/platform/errors.ts';
import { inWorld, type World } from './world.ts';

const test = suite('repeated requests about batches');

/** The process is gone before it rings. */
function dying(engine: Engine): Engine {
  const enqueue = async () => {
    throw new PlatformError('unavailable', 'the process is gone');
  };
  return { ...engine, queue: { ...engine.queue, enqueue } };
}

function wishOf({ engine: { clock, random, settings } }: World) {
  const owner = { shop: 'default', owner: {}, ownerUid: ownerUid(settings.idSecret, 'default', {}) };
  return {
    ...{ ...owner, id: newId('batch', clock, random), createdAt: clock.now(), token: 'abcdef', requestHash: 'one' },
    items: { onInvalid: 'reject' as const, defaultModel: 'offline' },
  };
}

async function found({ store }: Engine, id: string): Promise<Batch> {
  const batch = await store.get(batches, id);
  if (!batch) throw new Error(`there is no batch ${id}`);
  return batch;
}

async function waits({ engine, platform }: World, id: string): Promise<boolean> {
  const { dispatch } = await found(engine, id);
  return (await platform.queue.exists('upkeep', `${id}-${dispatch}`)) === 'waiting';
}

test(
  'a batch of lines that nobody rang for is rung for by the same submit',
  inWorld(async world => {
    const { engine } = world;
    const wish = wishOf(world);
    assert.is((await submitItems(dying(engine), wish, { rawParts: 1 })).kind, 'admitted');
    assert.is(await waits(world, wish.id), false);
    assert.is((await decideItems(engine, wish))?.kind, 'replayed');
    assert.is(await waits(world, wish.id), true);
  }),
);

test(
  'so is a batch that was given up, and one that is to be drawn again',
  inWorld(async world => {
    const { engine } = world;
    const wish = wishOf(world);
    await submitItems(engine, wish, { rawParts: 1 });
    const open: Batch = { ...(await found(engine, wish.id)), state: 'open' };
    await engine.store.transaction(async tx => tx.set(batches, open));
    const again = (on: Engine) => retryBatch(on, open, { only: ['failed'] }, async () => []);
    for (const ask of [again, (on: Engine) => cancelBatch(on, wish.id)]) {
      await ask(dying(engine));
      assert.is(await waits(world, wish.id), false);
      await ask(engine);
      assert.is(await waits(world, wish.id), true);
    }
  }),
);

test.run();
