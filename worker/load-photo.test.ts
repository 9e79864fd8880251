import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LIMITS } from '../common/limits.ts';
import { colouredPicture } from '../tests/doubles/test-model.ts';
import { everyBit, progressive } from '../tests/hostile/pieces/jpeg.ts';
import { waitFor } from '../tests/wait-for.ts';
import { inWorld } from '../tests/world.ts';

const test = suite('loading a photo');
/** Half a second of one core at least, in a decoder that nothing interrupts. */
const SLOW = progressive(
  { width: 8_000, height: 6_250, samplings: [0x22, 0x11, 0x11] },
  everyBit(3, { band: 63 }).slice(0, 31),
);

test(
  'the lease of a job is renewed while its photo is being decoded',
  inWorld(async world => {
    world.startWorker();
    const { id } = await world.admitted({ photo: SLOW });
    const lease = async () => (await world.run(id)).lease?.expiresAt;
    const first = await waitFor('the claim', lease);
    await world.clock.advance(LIMITS.heartbeatMs);
    const second = await waitFor('a heartbeat', async () => ((await lease()) ?? 0) > first && lease());
    assert.is(world.model.calls.length, 0, 'the decoder is still at it');
    assert.is(second, first + LIMITS.heartbeatMs);
    assert.is((await world.done(id)).status, 'succeeded');
  }),
);

const reading = { begun: 0, mayEnd: Promise.withResolvers<void>() };

test(
  'of many jobs two read and decode their photos, and the others wait with nothing in memory',
  inWorld(
    async world => {
      const JOBS = 12;
      const ids: string[] = [];
      for (let number = 0; number < JOBS; number++) {
        const photo = await colouredPicture(number);
        ids.push((await world.admitted({ customer: `customer-${number}`, photo })).id);
      }
      const { running } = world.startWorker({ slots: JOBS });
      await waitFor('all to be at it', async () => {
        const jobs = await Promise.all(ids.map(world.job));
        return running() === JOBS && jobs.every(({ status }) => status === 'running') && reading.begun >= 2;
      });
      assert.is(reading.begun, 2);
      reading.mayEnd.resolve();
      for (const id of ids) assert.is((await world.done(id)).status, 'succeeded');
      assert.is(reading.begun, JOBS);
    },
    {
      around: ({ bucket }) => ({
        bucket: {
          ...bucket,
          async read(path) {
            if (path.startsWith('inputs/')) {
              reading.begun++;
              await reading.mayEnd.promise;
            }
            return bucket.read(path);
          },
        },
      }),
    },
  ),
);

test.run();
