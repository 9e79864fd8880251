/**
 * What a photo carries besides its pixels goes nowhere: not to the provider, not into the picture, not into its
 * preview, not into documents or logs. Platform: embedded; both platforms share the worker's way of a photo.
 */

import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readImageFile } from '../common/image-file/image-file.ts';
import type { Log } from '../common/log.ts';
import { picturePath, previewPath } from '../common/picture.ts';
import { readObject } from '../worker/read-object.ts';
import { createTestModel } from './doubles/test-model.ts';
import { CANARY, CORNER, canaryPhotos, UPRIGHT } from './hostile/canaries.ts';
import { PAYLOAD, polyglots } from './hostile/polyglots.ts';
import { reveals } from './hostile/reveal.ts';
import { inWorld, type World } from './world.ts';

const test = suite('the privacy of a photo');
/** The frame, the tables, the scan and the end of a JPEG, and JFIF's few bytes. */
const NOTHING_ELSE = /^(e0|db|c0|c4|da|d9)$/;
/** The worst of providers: its picture is what it was sent. */
const echo = () => createTestModel(({ image }) => image);

const logged: string[] = [];
const keep = (...said: readonly unknown[]) => {
  logged.push(
    JSON.stringify(said, (_, value: unknown) => (value instanceof Error ? String(value.cause ?? value) : value)),
  );
};
const log: Log = { info: keep, warn: keep, error: keep };

const canaries = await canaryPhotos();

test(
  `${canaries.length} photos with something hidden: none of it is sent, stored in a picture or logged`,
  inWorld(
    async world => {
      assert.ok(canaries.length >= 30);
      for (const { name, bytes } of canaries) assert.ok(reveals(bytes, CANARY), `${name}: hides the word`);
      world.startWorker();
      for (const { name, bytes } of canaries) {
        const outputs = await draw(world, bytes, name);
        for (const [what, output] of Object.entries(outputs)) {
          assert.not.ok(reveals(output, CANARY), `${name}: the ${what} reveals it`);
        }
        const kinds = readImageFile(outputs.sent)?.parts.map(({ kind }) => kind) ?? ['none'];
        assert.equal(
          kinds.filter(kind => !NOTHING_ELSE.test(kind)),
          [],
          `${name}: nothing but a picture is sent`,
        );
        await isUpright(outputs.sent, name);
      }
      assert.ok(logged.length > 0);
      assert.not.ok(
        logged.some(line => line.includes(CANARY)),
        'the log reveals it',
      );
    },
    { model: echo(), log },
  ),
);

const twofaced = await polyglots();

test(
  `${twofaced.length} pictures that are something else as well lose the rest`,
  inWorld(
    async world => {
      world.startWorker();
      for (const { name, bytes } of twofaced) {
        assert.ok(reveals(bytes, PAYLOAD), name);
        for (const [what, output] of Object.entries(await draw(world, bytes, name))) {
          assert.not.ok(reveals(output, PAYLOAD), `${name}: in the ${what}`);
        }
      }
    },
    { model: echo() },
  ),
);

test.run();

async function draw(world: World, photo: Buffer, customer: string) {
  const { id } = await world.admitted({ customer, photo });
  const job = await world.done(id);
  assert.is(job.status, 'succeeded', customer);
  const run = await world.run(id);
  const path = picturePath(run.generationKey);
  const { bucket } = world.engine;
  return {
    sent: world.model.calls.at(-1)?.image ?? Buffer.alloc(0),
    picture: await readObject(bucket, path),
    preview: await readObject(bucket, previewPath(path)),
    documents: Buffer.from(JSON.stringify([job, run])),
  };
}

async function isUpright(photo: Uint8Array, name: string): Promise<void> {
  const { data, info } = await sharp(photo).raw().toBuffer({ resolveWithObject: true });
  assert.equal([info.width, info.height], [UPRIGHT.width, UPRIGHT.height], name);
  const at = (x: number, y: number) => data[(y * info.width + x) * info.channels + 1] ?? 0;
  assert.ok(Math.abs(at(10, 8) - CORNER.g) < 25 && at(70, 8) > 230 && at(10, 50) > 230, `${name}: is upright`);
}
