/**
 * The recorded documents of earlier commits again, this time in Firestore: what was left half done is finished there as
 * it is on SQLite. Queue and bucket are the embedded ones, for it is the documents that could be read otherwise.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../common/clock.ts';
import { COLLECTIONS } from '../../common/collections.ts';
import { createFirestoreStore } from '../../common/google/store.ts';
import { assertEnded, assertSpend, assertTasksUnderstood, NO_JOBS } from '../compatibility/endings.ts';
import { type Recording, readRecordings } from '../compatibility/recording.ts';
import { restore } from '../compatibility/restore.ts';
import { settle } from '../compatibility/settle.ts';
import { lostFields, withUnknownFields } from '../compatibility/unknown-fields.ts';
import { startFirestoreEmulator } from '../doubles/firestore-emulator.ts';
import { openWorld, type World } from '../world.ts';
import { IMPATIENT } from './store-world.ts';

export const FILE_LIMIT_MS = 240_000;

const test = suite('recorded documents in Firestore');
const emulator = await startFirestoreEmulator();

for (const recording of await readRecordings()) {
  test(
    `${recording.name}: half-run jobs are finished in Firestore`,
    inFirestoreWorld(async world => {
      await restore(world, recording);
      await assertSpend(world.engine);
      await settle(world, { limitMs: 60_000 });
      await assertAllEnded(world, recording);
    }),
  );

  test(
    `${recording.name}: so they are with fields of a later version, which are handed on`,
    inFirestoreWorld(async world => {
      const later = withUnknownFields(recording);
      await restore(world, later);
      await settle(world, { limitMs: 60_000 });
      await assertAllEnded(world, recording);
      // A claim writes anew who draws a wish, and a pause's end its switch.
      const rewritten = (await lostFields(world.engine.store, later)).filter(name => name !== 'drawings');
      assert.equal(rewritten, ['switches']);
    }),
  );
}

test.run();

async function assertAllEnded({ engine }: World, { scenes }: Recording): Promise<void> {
  for (const { scene, id } of scenes) if (!NO_JOBS.includes(scene)) await assertEnded(engine, scene, id);
  await assertSpend(engine);
  await assertTasksUnderstood(engine, scenes);
}

function inFirestoreWorld(body: (world: World) => Promise<void>): () => Promise<void> {
  return async () => {
    const directory = await mkdtemp(join(tmpdir(), 'easel-compatibility-'));
    const store = openStore();
    const world = await openWorld(directory, { around: () => ({ store }) });
    try {
      await body(world);
    } finally {
      await world.close();
      await store.close();
      await rm(directory, { recursive: true });
    }
  };
}

function openStore() {
  // There is no Google to ask for credentials, and the SDK would wait for it.
  process.env.METADATA_SERVER_DETECTION = 'none';
  return createFirestoreStore({
    projectId: emulator.newProject(),
    databaseId: '(default)',
    collections: COLLECTIONS,
    clock: systemClock,
    random: IMPATIENT,
    settings: { host: emulator.host, ssl: false },
  });
}
