/** The double misbehaves exactly as it is told to, and the same from the same seed. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../test-clock.ts';
import { inRawWorld } from './tasks/raw-world.ts';
import { byRate, createKeyPair, type Misbehaviour } from './tasks.ts';

const test = suite('Cloud Tasks double: misbehaviour');
const keys = await createKeyPair();
const DEADLINE_EXCEEDED = 4;
const NOT_FOUND = 5;
const UNAVAILABLE = 14;

test(
  'a call fails and nothing is done, or is done and fails',
  inRawWorld(
    async ({ create, client, queue, double, codeOf }) => {
      double.misbehave({ call: ({ method }) => (method === 'createTask' ? { fail: UNAVAILABLE } : 'ok') });
      assert.is(await codeOf(create('a')), UNAVAILABLE);
      assert.equal(double.tasks('q'), []);
      await client.pauseQueue({ name: queue });
      double.misbehave({ call: ({ name }) => (name.endsWith('/b') ? { doThenFail: DEADLINE_EXCEEDED } : 'ok') });
      assert.is(await codeOf(create('b')), DEADLINE_EXCEEDED);
      assert.ok(await create('c'));
      assert.equal(double.tasks('q'), ['b', 'c']);
      // Not repeated, so that the flake itself is seen.
      const asked = client.getTask({ name: `${queue}/tasks/b` }, { retry: null });
      assert.is(await codeOf(asked), DEADLINE_EXCEEDED);
    },
    { keys },
  ),
);

test(
  'a task comes several times, some of them after it was done',
  inRawWorld(
    async ({ create, arrivals, double, pass }) => {
      double.misbehave({ task: () => ({ againAfterMs: [0, 0, 500, 5_000] }) });
      await create('a');
      await pass(10_000);
      assert.equal(
        arrivals.map(({ at }) => at),
        [0, 0, 0, 500, 5_000],
      );
      assert.equal(double.tasks('q'), []);
      assert.is(double.operations.push, 5);
    },
    { keys },
  ),
);

test(
  'a task comes late, or never and is not there either',
  inRawWorld(
    async ({ create, client, queue, arrivals, codeOf, double, pass }) => {
      double.misbehave({ task: id => (id === 'lost' ? { drop: true } : { lateMs: 60_000 }) });
      await create('late');
      await create('lost');
      assert.is(await codeOf(client.getTask({ name: `${queue}/tasks/lost` })), NOT_FOUND);
      await pass(59_000);
      assert.equal(arrivals, []);
      await pass(2_000);
      assert.equal(
        arrivals.map(({ task, at }) => [task, at]),
        [['late', 60_000]],
      );
    },
    { keys },
  ),
);

test(
  'tasks that are due come in another order',
  inRawWorld(
    async ({ create, client, queue, names, double, pass }) => {
      const random = seededRandom(3);
      double.misbehave({ shuffle: () => random.fraction() });
      await client.pauseQueue({ name: queue });
      const ids = Array.from({ length: 20 }, (_, n) => `t${n}`);
      for (const id of ids) await create(id);
      await client.resumeQueue({ name: queue });
      await pass(1_000);
      assert.equal(names().toSorted(), ids.toSorted());
      assert.not.equal(names(), ids);
    },
    { keys, settings: { maxConcurrentDispatches: 1 } },
  ),
);

test(
  'the answer to a createTask comes after the first delivery',
  inRawWorld(
    async ({ create, answer, double }) => {
      double.misbehave({ call: () => 'after-delivery' });
      const events: string[] = [];
      answer(({ task }) => {
        events.push(`delivered ${task}`);
        return 200;
      });
      await create('a');
      events.push('created a');
      assert.equal(events, ['delivered a', 'created a']);
    },
    { keys },
  ),
);

test('rates hit as often as they say, and the same from the same seed', () => {
  const draw = (seed: number): string[] => {
    const plan: Misbehaviour = byRate(seededRandom(seed), ['createTask'], {
      fail: 0.1,
      doThenFail: 0.2,
      afterDelivery: 0.1,
      drop: 0.2,
      late: { rate: 0.3, ms: 10 },
      again: { rate: 0.5, afterMs: [0] },
    });
    return Array.from({ length: 1_000 }, (_, number) =>
      JSON.stringify([plan.call?.({ method: 'createTask', name: 'x', number }), plan.task?.('x')]),
    );
  };
  const drawn = draw(1);
  assert.equal(draw(1), drawn);
  assert.not.equal(draw(2), drawn);
  const share = (text: string) => drawn.filter(one => one.includes(text)).length / 1_000;
  for (const [text, rate] of [
    ['"fail"', 0.1],
    ['doThenFail', 0.18],
    ['after-delivery', 0.07],
    ['"drop":true', 0.2],
    ['lateMs', 0.3],
    ['again', 0.5],
  ] as const) {
    assert.ok(Math.abs(share(text) - rate) < 0.05, `${text}: ${share(text)}`);
  }
  const plan = byRate(seededRandom(1), ['createTask'], { fail: 1 });
  assert.is(plan.call?.({ method: 'getTask', name: 'x', number: 1 }), 'ok');
});

test.run();
