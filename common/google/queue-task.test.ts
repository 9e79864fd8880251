/** What a task is on the wire, and what cannot be one. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isPlatformError } from '../platform/errors.ts';
import type { QueueName, Task } from '../platform/queue.ts';
import { createTasksQueue } from './queue.ts';
import { taskPath, wireTask } from './queue-task.ts';

const test = suite('tasks on the wire');
const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 23, 12);
const TASK: Task = { queue: 'bulk', name: 'job_1-1', kind: 'upkeep', payload: { text: 'ünïcode 🎨', v: 1 } };
const TARGET = {
  workerUrl: 'https://worker.example/',
  audience: 'https://worker.example',
  serviceAccount: 'tasks@example.iam.gserviceaccount.com',
  dispatchDeadlineMs: 240_500,
};

test('one name is one path, and names that follow one another lie far apart', () => {
  const paths = Array.from({ length: 1_000 }, (_, n) => taskPath('q', `job_${n}-1`));
  assert.is(taskPath('q', 'job_1-1'), paths[1]);
  const prefixes = paths.map(path => path.slice('q/tasks/'.length, 'q/tasks/'.length + 2));
  assert.ok(new Set(prefixes).size > 200, 'of 256 prefixes most are used');
  assert.is.not(taskPath('q', 'a'), taskPath('q', 'A'));
  assert.ok(taskPath('q', 'n'.repeat(200)).length <= 'q/tasks/'.length + 500);
});

test('the request goes to the kind of the task, its body is bytes, and times keep their milliseconds', () => {
  const wire = wireTask({ ...TASK, notBefore: NOW + 1_234 }, 'q', TARGET, NOW);
  assert.is(wire.httpRequest?.url, 'https://worker.example/tasks/upkeep');
  assert.equal(JSON.parse(String(wire.httpRequest?.body)), TASK);
  assert.equal(wire.scheduleTime, { seconds: NOW / 1_000 + 1, nanos: 234_000_000 });
  assert.equal(wire.dispatchDeadline, { seconds: 240, nanos: 500_000_000 });
});

test('a time that has passed is no time; one further ahead than 30 days is refused', () => {
  for (const notBefore of [NOW, NOW - 1, 0])
    assert.not('scheduleTime' in wireTask({ ...TASK, notBefore }, 'q', TARGET, NOW));
  assert.not('scheduleTime' in wireTask(TASK, 'q', TARGET, NOW));
  assert.ok(wireTask({ ...TASK, notBefore: NOW + 30 * DAY_MS }, 'q', TARGET, NOW).scheduleTime);
  for (const notBefore of [NOW + 30 * DAY_MS + 1, Number.POSITIVE_INFINITY, Number.NaN]) {
    assert.throws(
      () => wireTask({ ...TASK, notBefore }, 'q', TARGET, NOW),
      (error: unknown) => isPlatformError(error, 'invalid'),
    );
  }
});

test('a queue that was not declared is invalid, before anything is opened', async () => {
  const queue = createTasksQueue({
    ...TARGET,
    project: 'p',
    location: 'l',
    queueIds: { interactive: 'i', bulk: 'b', upkeep: 'u' },
    client: () => Promise.reject(new Error('opened')),
    clock: { now: () => NOW, after: () => () => {} },
    log: { info() {}, warn() {}, error() {} },
  });
  for (const name of ['nowhere', 'toString', '']) {
    const error = await queue.enqueue({ ...TASK, queue: name as QueueName }).catch((reason: unknown) => reason);
    assert.ok(isPlatformError(error, 'invalid'), `${name}: ${error}`);
  }
});

test.run();
