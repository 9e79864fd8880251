/**
 * What a later version wrote is finished by this one, which ignores the fields that it does not know and hands them on:
 * a canary and a rollback share documents. Where this code writes a part anew, such fields are lost, and that is said.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runs } from '../../common/collections.ts';
import { renew } from '../../common/jobs/renew.ts';
import { pauseQueue } from '../../common/pause.ts';
import { inWorld } from '../world.ts';
import { assertEnded, assertSpend, assertTasksUnderstood, NO_JOBS } from './endings.ts';
import { readRecordings } from './recording.ts';
import { restore } from './restore.ts';
import { settle } from './settle.ts';
import { lostFields, withUnknownFields } from './unknown-fields.ts';

const test = suite('fields of a later version');

for (const recording of await readRecordings()) {
  test(
    `${recording.name}: half-run jobs are finished, and what was unknown is handed on`,
    inWorld(async world => {
      const later = withUnknownFields(recording);
      await restore(world, later);
      await settle(world);
      for (const { scene, id } of recording.scenes.filter(({ scene }) => !NO_JOBS.includes(scene))) {
        await assertEnded(world.engine, scene, id);
      }
      await assertSpend(world.engine);
      await assertTasksUnderstood(world.engine, recording.scenes);
      // A claim writes anew who draws a wish, and a pause's end its switch.
      const rewritten = (await lostFields(world.engine.store, later)).filter(name => name !== 'drawings');
      assert.equal(rewritten, ['switches']);
    }),
  );

  test(
    `${recording.name}: a heartbeat writes the lease anew, a pause its switch; all around them stays`,
    inWorld(async world => {
      const later = withUnknownFields(recording);
      await restore(world, later);
      const id = recording.scenes.find(({ scene }) => scene === 'running-live-lease')?.id ?? '';
      const before = await world.engine.store.get(runs, id);
      assert.is(await renew(world.engine, id, before?.fence ?? 0), 'renewed');
      const pause = { because: 'operator' as const, reason: 'longer' };
      await pauseQueue(world.engine, 'bulk', pause);
      assert.equal(await lostFields(world.engine.store, later), ['runs.lease', 'switches']);
    }),
  );
}

test.run();
