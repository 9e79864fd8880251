/**
 * Backups that can be restored, and an end of an environment that nobody comes to by mistake. Platforms: google alone.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { backup, DRILL_DATABASE } from '../../infra-scripts/google/backup.ts';
import { converge } from '../../infra-scripts/google/converge.ts';
import { readEnvironment } from '../../infra-scripts/google/environment.ts';
import { setupSteps } from '../../infra-scripts/google/setup.ts';
import { teardown } from '../../infra-scripts/google/teardown.ts';
import type { Job, Options } from '../../infra-scripts/google/tool.ts';
import { changesOf, createFakeCloud, type FakeCloud } from '../doubles/gcloud.ts';
import { holdsGolden } from './golden.ts';

const test = suite('backup and teardown');
const production = await readEnvironment('production');

test('the dry runs are the recorded ones', async () => {
  await holdsGolden('backup.production.txt', backup.script(production, {}).join('\n'));
  await holdsGolden('drill.production.txt', backup.script(production, { drill: true }).join('\n'));
  await holdsGolden('teardown.production.txt', teardown.script(production, { data: true }).join('\n'));
});

test('the second run finds both kinds of backup as they should be', async () => {
  const cloud = await setUp();
  const job = jobOn(cloud);
  await backup.work(job);
  const before = cloud.state.text();
  cloud.forget();
  await backup.work(job);
  assert.equal(changesOf(cloud.calls), []);
  assert.is(cloud.state.text(), before);
});

test('a drill restores the latest backup that is ready, counts what is in it, and leaves nothing behind', async () => {
  const cloud = await setUp();
  const backups = ['2026-11-21', '2026-11-23', '2026-11-22'].map(day => ({
    ...{ name: `backups/${day}`, snapshotTime: `${day}T05:00:00Z` },
    state: day === '2026-11-23' ? 'CREATING' : 'READY',
  }));
  cloud.state.put('backups', backups);
  cloud.state.put('runs in (default)', 12);
  cloud.state.put(`runs in ${DRILL_DATABASE}`, 11);
  const told: string[] = [];
  await backup.work({ ...jobOn(cloud, { drill: true }), tell: line => void told.push(line) });
  assert.match(told.join('\n'), 'restores backups/2026-11-22 of');
  assert.match(told.join('\n'), 'the backup holds 11 runs, the database now 12');
  assert.is(cloud.state.get(`firestore databases ${DRILL_DATABASE}`), undefined);
  assert.ok(cloud.state.get('firestore databases (default)'));
});

test('a backup that brings nothing back fails the drill, and its database goes nevertheless', async () => {
  const cloud = await setUp();
  cloud.state.put('backups', [{ name: 'backups/1', state: 'READY', snapshotTime: '2026-11-22T05:00:00Z' }]);
  cloud.state.put('runs in (default)', 12);
  assert.match(await faultOf(backup.work(jobOn(cloud, { drill: true }))), 'The backup is empty');
  assert.is(cloud.state.get(`firestore databases ${DRILL_DATABASE}`), undefined);
});

test('a teardown asks for the name and for the project, and any other answer keeps everything', async () => {
  const cloud = await setUp();
  for (const answers of [[], ['production'], ['production', 'yes'], ['staging', production.project], ['y', 'y']]) {
    cloud.forget();
    assert.is(await faultOf(teardown.work(jobOn(cloud, {}, answers))), 'Nothing was taken down.');
    assert.equal(cloud.calls, []);
  }
});

test('what people gave stays, unless it is said that it goes', async () => {
  const cloud = await setUp();
  const answers = ['production', production.project];
  await teardown.work(jobOn(cloud, {}, [...answers]));
  assert.equal(cloud.state.names('tasks queues'), []);
  assert.equal(cloud.state.names('iam service-accounts'), []);
  assert.ok(cloud.state.get(`storage buckets gs://${production.bucket}`));
  assert.ok(cloud.state.get('firestore databases (default)'));
  assert.ok(cloud.state.get('secrets easel-id-secret'));
  await teardown.work(jobOn(cloud, { data: true }, [...answers]));
  assert.equal([...cloud.state.names('storage buckets'), ...cloud.state.names('firestore databases')], []);
  assert.equal(cloud.state.names('secrets'), []);
});

test.run();

async function setUp(): Promise<FakeCloud> {
  const cloud = createFakeCloud();
  await converge(setupSteps(production), cloud.run, () => {});
  return cloud;
}

function jobOn(cloud: FakeCloud, options: Options = {}, answers: string[] = []): Job {
  const ask = async () => answers.shift();
  return { env: production, run: cloud.run, tell: () => {}, ask, pause: async () => {}, options };
}

function faultOf(work: Promise<void>): Promise<string> {
  return work.then(
    () => 'nothing failed',
    (error: Error) => error.message,
  );
}
