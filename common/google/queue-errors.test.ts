/** Each status code of gRPC and what the seam makes of it, and that no word of the service gets into a message. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inTasksWorld, QUEUE_IDS } from '../../tests/doubles/tasks/world.ts';
import { createKeyPair } from '../../tests/doubles/tasks.ts';
import { isPlatformError, PlatformError } from '../platform/errors.ts';
import type { Task } from '../platform/queue.ts';
import { isGone, isTaken, needsOperator, tasksFault } from './queue-errors.ts';

const test = suite('Cloud Tasks errors');
const keys = await createKeyPair();
const TASK: Task = { queue: 'interactive', name: 'a', kind: 'job', payload: { v: 1 } };

const TABLE = [
  [1, 'unavailable', /cannot serve the createTask now \(code 1\)/],
  [2, 'unavailable', /code 2/],
  [3, 'invalid', /refused the createTask for the queue "q" as wrong/],
  [4, 'unavailable', /did not answer .* may be done nevertheless/],
  [5, 'unavailable', /The queue "q" does not exist: run the setup/],
  [7, 'unavailable', /needs cloudtasks\.tasks\.create, and iam\.serviceAccounts\.actAs/],
  [8, 'unavailable', /quota/],
  [9, 'unavailable', /deleted lately or is disabled/],
  [10, 'unavailable', /code 10/],
  [11, 'invalid', /code 11/],
  [12, 'unavailable', /code 12/],
  [13, 'unavailable', /code 13/],
  [14, 'unavailable', /code 14/],
  [15, 'unavailable', /code 15/],
  [16, 'unavailable', /credentials/],
] as const;

test("each code has its kind and a sentence of ours, with the service's own words in the cause alone", () => {
  for (const [code, kind, sentence] of TABLE) {
    const error = Object.assign(new Error(`${code} SECRET: projects/x, Bearer abc`), { code });
    const fault = tasksFault(error, 'createTask', 'q');
    assert.ok(isPlatformError(fault, kind), `${code}: ${fault.kind}`);
    assert.match(fault.message, sentence);
    assert.not.match(fault.message, /SECRET|Bearer|projects\/x/);
    assert.is(fault.cause, error);
  }
});

test('what is no error of gRPC did not get there; what the seam threw already stays', () => {
  for (const error of [new Error('boom'), 'The client has already been closed.', undefined, { code: 5 }]) {
    assert.ok(isPlatformError(tasksFault(error, 'getTask', 'q'), 'unavailable'));
    assert.not(isGone(error) || isTaken(error) || needsOperator(error));
  }
  const before = new PlatformError('invalid', 'A bad name.');
  assert.is(tasksFault(before, 'getTask', 'q'), before);
});

test(
  'a queue that is not there: enqueueing and asking say so and are logged, a task of it is gone',
  inTasksWorld(
    async ({ open }) => {
      const logged: string[] = [];
      const log = { info() {}, warn() {}, error: (event: string) => void logged.push(event) };
      const queue = open({ queueIds: { ...QUEUE_IDS, interactive: 'forgotten' }, log });
      for (const call of [queue.enqueue(TASK), queue.pause('interactive'), queue.state('interactive')]) {
        const error = await call.catch((reason: unknown) => reason);
        assert.ok(isPlatformError(error, 'unavailable'), String(error));
        assert.match(error.message, /"forgotten" does not exist: run the setup/);
      }
      assert.is(logged.length, 3);
      assert.is(await queue.exists('interactive', 'a'), 'gone');
      await queue.remove('interactive', 'a');
      assert.is(await queue.state('bulk'), 'running');
      assert.is(logged.length, 3);
    },
    { keys },
  ),
);

test(
  'a missing permission is named, and a task that ended lately is gone whichever way the service says it',
  inTasksWorld(
    async ({ queue, double }) => {
      const fail = (code: number) => double.misbehave({ call: () => ({ fail: code }) });
      fail(7);
      const asked = await queue.exists('interactive', 'a').catch((reason: unknown) => reason);
      assert.match(String(asked), /not permitted: it needs cloudtasks\.tasks\.get\./);
      const paused = await queue.pause('interactive').catch((reason: unknown) => reason);
      assert.match(String(paused), /cloudtasks\.queues\.pause/);
      fail(9);
      assert.is(await queue.exists('interactive', 'a'), 'gone');
      await queue.remove('interactive', 'a');
    },
    { keys },
  ),
);

test.run();
