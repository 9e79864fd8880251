import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inWorld } from '../../tests/world.ts';
import { jobs, runs } from '../collections.ts';
import { DAY_MS } from '../limits.ts';
import { silentLog } from '../log.ts';
import { picturePath } from '../picture.ts';
import { clearOut } from './housekeeping.ts';

const test = suite('housekeeping');

test(
  'a picture goes 30 days after its last use, its documents later, and what is used stays',
  inWorld(async world => {
    const { store, bucket } = world.platform;
    const lifecycle = { 'cache/': 30 * DAY_MS, 'inputs/': 30 * DAY_MS };
    const clear = () => clearOut({ store, bucket, clock: world.clock, log: silentLog, lifecycle });
    world.startWorker();
    const unused = await world.done((await world.admitted()).id);
    const used = await world.done((await world.admitted({ variation: 1 })).id);
    const pathOf = async (id: string) => picturePath((await world.run(id)).generationKey);
    const [unusedPath, usedPath] = [await pathOf(unused.id), await pathOf(used.id)];

    await world.clock.advance(20 * DAY_MS);
    await bucket.touch(usedPath);
    await clear();
    assert.ok(await bucket.stat(unusedPath), 'not yet');
    await world.clock.advance(11 * DAY_MS);
    await clear();
    assert.is(await bucket.stat(unusedPath), undefined);
    assert.is(await bucket.stat((await world.run(unused.id)).inputPath), undefined);
    assert.ok(await bucket.stat(usedPath));
    assert.ok(await store.get(jobs, unused.id), 'the job is still on record');

    await world.clock.advance(30 * DAY_MS);
    await clear();
    assert.is(await store.get(jobs, unused.id), undefined);
    assert.is(await store.get(runs, unused.id), undefined);
  }),
);

test.run();
