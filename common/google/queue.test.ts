/**
 * The Cloud Tasks queue on the real SDK and the double: the conformance suite, what a task looks like on the wire, and
 * what follows when answers get lost, the worker fails, or somebody else delivers.
 */
import { CloudTasksClient } from '@google-cloud/tasks';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ACCOUNT, AUDIENCE, HOUR_MS, inTasksWorld, openTasksWorld } from '../../tests/doubles/tasks/world.ts';
import { byRate, createKeyPair, startTasksDouble } from '../../tests/doubles/tasks.ts';
import { seededRandom } from '../../tests/test-clock.ts';
import { queueConformance } from '../platform/queue.conformance.ts';
import type { Task } from '../platform/queue.ts';
import { plainTasksClient } from './queue-plain.ts';

const keys = await createKeyPair();

queueConformance('Cloud Tasks queue on the double: conformance', async limits => {
  const world = await openTasksWorld({ limits, keys });
  return { queue: world.queue, now: world.clock.now, start: world.start, pass: world.pass, close: world.close };
});

const test = suite('Cloud Tasks queue');
const task = (name: string): Task => ({ queue: 'interactive', name, kind: 'job', payload: { jobId: 'job_1', v: 1 } });
const DEADLINE_EXCEEDED = 4;
const UNAVAILABLE = 14;

test(
  'a task on the wire: named with a hash in front, pushed to its kind, with token, deadline and time',
  inTasksWorld(
    async ({ queue, double, clock, workerUrl }) => {
      await queue.pause('interactive');
      const notBefore = clock.now() + 90_500;
      await queue.enqueue({ ...task('job_1-1'), notBefore });
      const [name = ''] = double.tasks('q-interactive');
      assert.match(name, /^[0-9a-f]{8}-job_1-1$/);
      const sdk = new CloudTasksClient(await plainTasksClient(double.address)());
      const path = sdk.taskPath('easel-test', 'europe-west1', 'q-interactive', name);
      const [sent] = await sdk.getTask({ name: path, responseView: 'FULL' });
      await sdk.close();
      const { url, httpMethod, headers, body, oidcToken } = sent.httpRequest ?? {};
      assert.equal([httpMethod, url], ['POST', `${workerUrl}/tasks/job`]);
      assert.equal(headers, { 'Content-Type': 'application/json' });
      assert.equal(JSON.parse(String(body)), task('job_1-1'));
      assert.equal({ ...oidcToken }, { serviceAccountEmail: ACCOUNT, audience: AUDIENCE });
      assert.equal({ ...sent.dispatchDeadline }, { seconds: '240', nanos: 0 });
      assert.is(Number(sent.scheduleTime?.seconds) * 1_000 + (sent.scheduleTime?.nanos ?? 0) / 1e6, notBefore);
    },
    { keys },
  ),
);

test(
  'a createTask whose answer is lost is repeated, and ends as one task that rings once',
  inTasksWorld(
    async ({ queue, double, start, pass }) => {
      double.misbehave({
        call: ({ method, number }) =>
          method === 'createTask' && number === 1 ? { doThenFail: DEADLINE_EXCEEDED } : 'ok',
      });
      assert.is(await queue.enqueue(task('a')), 'exists');
      assert.is(double.operations.createTask, 2);
      assert.is(double.tasks('q-interactive').length, 1);
      const got: string[] = [];
      await start(async ({ name }) => void got.push(name));
      await pass(10_000);
      assert.equal(got, ['a']);
    },
    { keys },
  ),
);

test(
  'calls that fail in passing are repeated, whatever they ask',
  inTasksWorld(
    async ({ queue, double }) => {
      double.misbehave({ call: ({ number }) => (number <= 2 ? { fail: UNAVAILABLE } : 'ok') });
      assert.is(await queue.enqueue(task('a')), 'created');
      assert.is(double.operations.createTask, 3);
      assert.is(await queue.exists('interactive', 'a'), 'waiting');
      double.misbehave({ call: ({ number }) => (number % 2 === 1 ? { doThenFail: DEADLINE_EXCEEDED } : 'ok') });
      await queue.pause('interactive');
      assert.is(await queue.state('interactive'), 'paused');
      await queue.resume('interactive');
      assert.is(await queue.state('interactive'), 'running');
      await queue.remove('interactive', 'a');
      assert.is(await queue.exists('interactive', 'a'), 'gone');
      assert.equal(double.tasks('q-interactive'), []);
    },
    { keys },
  ),
);

test(
  'of 200 tasks at once, with every fifth answer lost, each is there once and rings once',
  inTasksWorld(
    async ({ queue, double, start, pass }) => {
      double.misbehave(byRate(seededRandom(20), ['createTask'], { doThenFail: 0.2 }));
      const names = Array.from({ length: 200 }, (_, n) => `job_${n}-1`);
      await queue.pause('interactive');
      const answers = await Promise.all(names.map(name => queue.enqueue(task(name))));
      const lost = answers.filter(answer => answer === 'exists').length;
      assert.ok(lost > 20 && lost < 60, `${lost} answers lost`);
      assert.equal(new Set(double.tasks('q-interactive').map(id => id.slice(9))), new Set(names));
      assert.is(double.tasks('q-interactive').length, 200);
      const got: string[] = [];
      await start(async ({ name }) => void got.push(name));
      await queue.resume('interactive');
      await pass(10_000);
      assert.equal(got.toSorted(), names.toSorted());
      assert.is(double.operations.push, 200);
    },
    { keys },
  ),
);

test(
  'a task may be delivered before its createTask has returned',
  inTasksWorld(
    async ({ queue, double, start }) => {
      double.misbehave({ call: () => 'after-delivery' });
      const events: string[] = [];
      await start(async ({ name }) => void events.push(`${name} delivered`));
      events.push(await queue.enqueue(task('a')));
      assert.equal(events, ['a delivered', 'created']);
    },
    { keys },
  ),
);

test(
  'a name is free again an hour after the end of its task',
  inTasksWorld(
    async ({ queue, clock, start, pass }) => {
      await start(async () => {});
      await queue.enqueue(task('a'));
      await pass(100);
      await clock.advance(HOUR_MS - 1_000);
      assert.is(await queue.enqueue(task('a')), 'exists');
      await clock.advance(1_000);
      assert.is(await queue.enqueue(task('a')), 'created');
    },
    { keys },
  ),
);

test(
  'a worker that cannot do a task gets it again, later each time',
  inTasksWorld(
    async ({ queue, clock, start, pass, deliveries }) => {
      let tries = 0;
      const startMs = clock.now();
      await start(async () => {
        if (++tries < 5) throw new Error('The store cannot be reached.');
      });
      await queue.enqueue(task('a'));
      await pass(60_000);
      assert.equal(
        deliveries.map(({ at }) => at - startMs),
        [0, 1_000, 3_000, 7_000, 15_000],
      );
      const retries = deliveries.map(({ headers }) => headers['x-cloudtasks-taskretrycount']);
      assert.equal(retries, ['0', '1', '2', '3', '4']);
      assert.is(await queue.exists('interactive', 'a'), 'gone');
    },
    { keys },
  ),
);

test(
  'a token for another audience or account, or signed by a stranger, does not get a task done',
  inTasksWorld(
    async ({ queue, open, double, clock, start, pass, workerUrl, deliveries }) => {
      const stranger = await startTasksDouble({
        clock,
        project: 'easel-test',
        location: 'europe-west1',
        queues: { 'q-interactive': {} },
      });
      const got: string[] = [];
      await start(async ({ name }) => void got.push(name));
      await open({ audience: workerUrl }).enqueue(task('other-audience'));
      await open({ serviceAccount: 'other@example.iam.gserviceaccount.com' }).enqueue(task('other-account'));
      await open({ client: plainTasksClient(stranger.address) }).enqueue(task('stranger'));
      await queue.enqueue(task('ours'));
      await pass(2_000);
      const pushes = stranger.operations.push ?? 0;
      await stranger.close();
      assert.equal(got, ['ours']);
      assert.ok(pushes >= 1 && deliveries.length >= 4, 'all of them came');
      assert.is(double.tasks('q-interactive').length, 2, 'the refused ones wait for another try');
    },
    { keys },
  ),
);

test.run();
