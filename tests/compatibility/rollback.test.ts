/**
 * And back: what this code leaves half done is finished by the code that comes before it, as after a rollback or beside
 * a canary. That code is the real one, out of git's history and in a process of its own.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { uploads } from '../../common/collections.ts';
import { waitFor } from '../wait-for.ts';
import { openWorld } from '../world.ts';
import { withEarlierCode } from './earlier-code.ts';
import { startEarlier } from './earlier-process.ts';
import { assertEnded, assertSpend, assertTasksUnderstood, ENDINGS, NO_JOBS } from './endings.ts';
import { type Recording, readRecordings, type Scene } from './recording.ts';
import { recordScenes } from './snapshot.ts';

export const FILE_LIMIT_MS = 180_000;

const test = suite('documents and tasks of this code');
for (const recording of await readRecordings()) {
  test(`the code of ${recording.name} finishes what this code leaves`, async () => {
    const { missing } = await withEarlierCode(recording.shared.commit, tree => rollBackTo(tree, recording.name));
    if (missing !== undefined) {
      console.log(`NOT TESTED: whether the code of ${recording.name} finishes what this code leaves; ${missing}`);
    }
  });
}
test.run();

/** Their code counts no further calls of a job that is delivered. */
const COUNT_NONE = ['v1-49e280e', 'v1-4f3328d', 'v1-c7c8702', 'v1-daed42d'];

async function rollBackTo(tree: string, name: string): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'easel-rollback-'));
  try {
    const left = await recordScenes(dataDir, 'present');
    await finishWith(tree, dataDir, left);
    await judge(dataDir, left, COUNT_NONE.includes(name) ? 'before' : 'now');
  } finally {
    await rm(dataDir, { recursive: true });
  }
}

type Left = Omit<Recording, 'name'>;

async function finishWith(tree: string, dataDir: string, { shared, scenes }: Left): Promise<void> {
  const earlier = await startEarlier({ tree, dataDir, nowMs: shared.now, adminKey: shared.keys.admin });
  let exitCode: number | null = null;
  try {
    for (const { id } of jobsOf(scenes)) await earlier.done(id);
    for (const { objects } of jobsOf(scenes).filter(({ scene }) => ENDINGS[scene]?.erased)) {
      // The API does not tell when the objects are gone.
      await waitFor(
        'erased objects to go',
        () => !objects.some(({ path }) => existsSync(join(dataDir, 'objects', path))),
      );
    }
  } finally {
    exitCode = await earlier.stop();
  }
  assert.is(exitCode, 0);
}

async function judge(dataDir: string, { scenes }: Left, by: 'now' | 'before'): Promise<void> {
  const world = await openWorld(dataDir);
  try {
    const { store } = world.engine;
    for (const { scene, id } of jobsOf(scenes)) await assertEnded(world.engine, scene, id, by);
    await assertSpend(world.engine);
    await assertTasksUnderstood(world.engine, scenes);
    for (const scene of scenes.filter(({ scene }) => NO_JOBS.includes(scene))) {
      assert.equal(await store.get(uploads, scene.id), scene.documents.uploads?.[0]);
    }
    // Were none of them half done, nothing would have been shown.
    const open = jobsOf(scenes).filter(({ documents }) => documents.runs?.some(run => 'nextCheckAt' in run));
    assert.ok(open.length >= 8);
  } finally {
    await world.close();
  }
}

function jobsOf(scenes: readonly Scene[]): readonly Scene[] {
  return scenes.filter(({ scene }) => !NO_JOBS.includes(scene));
}
