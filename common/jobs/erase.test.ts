/**
 * What an erasure leaves behind: nothing, not even of those who were on their way when it came. Platform: embedded.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inWorld, type World } from '../../tests/world.ts';
import { runs } from '../collections.ts';
import { generationKey, picturePath, previewPath } from '../picture.ts';
import { claim } from './claim.ts';
import { erase, eraseObjects } from './erase.ts';
import { finish } from './finish.ts';
import { photoPrefixes } from './photo-path.ts';

const test = suite('erase');
const PNG = { contentType: 'image/png' };

test(
  'a picture that a worker puts after the objects were deleted is deleted too',
  inWorld(async world => {
    const { id } = await world.admitted();
    const claimed = await claim(world.engine, id);
    if (claimed.kind !== 'claimed') throw new Error(claimed.kind);
    const { fence, generationKey } = claimed.run;
    await erase(world.engine, id);
    // The worker stands still, having asked whether the run is still its own; somebody else ends it meanwhile.
    await world.clock.advance(world.engine.limits.leaseMs);
    assert.is((await claim(world.engine, id)).kind, 'ended');
    await eraseObjects(world.engine, id);
    assert.equal((await world.run(id)).pending, []);

    const path = picturePath(generationKey);
    for (const late of [path, previewPath(path)]) await world.engine.bucket.put(late, Buffer.from('late'), PNG);
    await finish(world.engine, id, fence, { kind: 'canceled', called: true });
    const { pending, nextCheckAt } = await world.run(id);
    assert.equal([pending, nextCheckAt], [[{ kind: 'erase' }], world.clock.now()]);
    await eraseObjects(world.engine, id);
    assert.equal([await left(world), (await world.run(id)).pending], [[], []]);
  }),
);

test(
  'the note of an erasure stays when another one was asked for while the objects were being deleted',
  inWorld(async world => {
    const { id } = await world.admitted();
    await erase(world.engine, id);
    const { bucket } = world.engine;
    const { dispatch } = await world.run(id);
    const slow = {
      ...bucket,
      async delete(path: string) {
        await bucket.delete(path);
        const run = await world.run(id);
        if (run.dispatch === dispatch) await again(world, id);
      },
    };
    await eraseObjects({ ...world.engine, bucket: slow }, id);
    assert.equal((await world.run(id)).pending, [{ kind: 'erase' }]);
    await eraseObjects(world.engine, id);
    assert.equal((await world.run(id)).pending, []);
  }),
);

test(
  'a picture that another model drew for a job that never delivered it is erased too',
  inWorld(async world => {
    const { id } = await world.admitted();
    const model = 'gemini-nano-banana-2.1';
    const claimed = await claim(world.engine, id, () => ({ model }));
    if (claimed.kind !== 'claimed') throw new Error(claimed.kind);
    await erase(world.engine, id);
    const path = picturePath(generationKey(claimed.run, model));
    for (const one of [path, previewPath(path)]) await world.engine.bucket.put(one, Buffer.from('drawn'), PNG);
    await finish(world.engine, id, claimed.run.fence, { kind: 'canceled', called: true });
    await eraseObjects(world.engine, id);
    assert.equal(await left(world), []);
  }),
);

test(
  'copies of the photo that repeats have left behind are erased with it',
  inWorld(async world => {
    const { id } = await world.admitted();
    for (const prefix of photoPrefixes(id)) {
      await world.engine.bucket.put(`${prefix}0123456789abcdef`, Buffer.from('a copy'), PNG);
    }
    await erase(world.engine, id);
    await eraseObjects(world.engine, id);
    assert.equal(await left(world), []);
  }),
);

test.run();

/** As the sweeper or a late worker does. */
async function again({ engine, run }: World, id: string): Promise<void> {
  const before = await run(id);
  await engine.store.transaction(async tx => tx.set(runs, { ...before, dispatch: before.dispatch + 1 }));
}

async function left({ engine }: World): Promise<string[]> {
  const prefixes = await Promise.all(['inputs/', 'cache/'].map(prefix => engine.bucket.list(prefix, { limit: 10 })));
  return prefixes.flat().map(({ path }) => path);
}
