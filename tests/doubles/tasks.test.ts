/** The double of Cloud Tasks as an API: names, checks, lists and queues, asked by the SDK's bare client. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inRawWorld, PARENT } from './tasks/raw-world.ts';
import { createKeyPair } from './tasks.ts';

const test = suite('Cloud Tasks double');
const keys = await createKeyPair();
const HOUR_MS = 3_600_000;
const [INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, FAILED_PRECONDITION, UNIMPLEMENTED] = [3, 5, 6, 9, 12];

test(
  'a name is taken while its task is there and for the window after its end, however it ended',
  inRawWorld(
    async ({ create, client, queue, clock, codeOf, pass }) => {
      await create('done');
      await client.pauseQueue({ name: queue });
      await create('deleted');
      assert.is(await codeOf(create('deleted')), ALREADY_EXISTS);
      await pass(100);
      await client.deleteTask({ name: `${queue}/tasks/deleted` });
      for (const id of ['done', 'deleted']) {
        assert.is(await codeOf(client.getTask({ name: `${queue}/tasks/${id}` })), NOT_FOUND);
        assert.is(await codeOf(client.deleteTask({ name: `${queue}/tasks/${id}` })), NOT_FOUND);
        assert.is(await codeOf(create(id)), ALREADY_EXISTS);
      }
      await clock.advance(2 * HOUR_MS);
      for (const id of ['done', 'deleted']) assert.ok(await create(id));
    },
    { keys, dedupeWindowMs: 2 * HOUR_MS },
  ),
);

test(
  'what the service refuses is refused: names, times, sizes, targets',
  inRawWorld(
    async ({ create, client, queue, clock, codeOf, url }) => {
      const second = Math.floor(clock.now() / 1_000);
      const wrong = [
        create('a b'),
        create('a.b'),
        create('n'.repeat(501)),
        create('late', { scheduleTime: { seconds: second + 30 * 86_400 + 60 } }),
        create('short', { dispatchDeadline: { seconds: 14 } }),
        create('long', { dispatchDeadline: { seconds: 1_801 } }),
        create('big', { httpRequest: { body: Buffer.alloc(100 * 1_024 + 1) } }),
        create('ftp', { httpRequest: { url: 'ftp://127.0.0.1/x' } }),
        create('outside', { httpRequest: { url: 'https://worker.example/x' } }),
        client.createTask({ parent: queue, task: { name: `${PARENT}/queues/other/tasks/a`, httpRequest: { url } } }),
        client.createTask({ parent: queue, task: { name: `${queue}/tasks/a` } }),
      ];
      for (const [index, call] of wrong.entries()) assert.is(await codeOf(call), INVALID_ARGUMENT, String(index));
      const elsewhere = { parent: `${PARENT}/queues/none`, task: { name: `${PARENT}/queues/none/tasks/a` } };
      assert.is(await codeOf(client.createTask(elsewhere)), NOT_FOUND);
      assert.is(await codeOf(client.getIamPolicy({ resource: queue })), UNIMPLEMENTED);
      assert.ok(await create('n'.repeat(500)));
    },
    { keys, settings: { maxConcurrentDispatches: 1 } },
  ),
);

test(
  'tasks are shown without their bodies unless asked for, listed by pages, purged and run at will',
  inRawWorld(
    async ({ create, client, queue, names, pass }) => {
      await client.pauseQueue({ name: queue });
      for (let n = 0; n < 5; n++) await create(`t${n}`);
      const name = `${queue}/tasks/t0`;
      const [basic] = await client.getTask({ name });
      const [full] = await client.getTask({ name, responseView: 'FULL' });
      assert.equal([basic.httpRequest?.body?.length, String(full.httpRequest?.body)], [0, 't0']);
      const [page, next] = await client.listTasks({ parent: queue, pageSize: 2 }, { autoPaginate: false });
      assert.is(page.length, 2);
      assert.is(next?.pageToken, '2');
      const [all] = await client.listTasks({ parent: queue, pageSize: 2 });
      assert.equal(
        all.map(task => task.name?.slice(-2)),
        ['t0', 't1', 't2', 't3', 't4'],
      );
      await client.runTask({ name });
      await pass(100);
      assert.equal(names(), ['t0'], 'though the queue is paused');
      await client.purgeQueue({ name: queue });
      await client.resumeQueue({ name: queue });
      await pass(1_000);
      assert.equal(names(), ['t0']);
    },
    { keys },
  ),
);

test(
  'queues are created once, changed by their mask, listed, and blocked for a week after their end',
  inRawWorld(
    async ({ client, queue, clock, codeOf }) => {
      const name = `${PARENT}/queues/new`;
      assert.is(await codeOf(client.getQueue({ name })), NOT_FOUND);
      const rateLimits = { maxConcurrentDispatches: 3 };
      const [created] = await client.createQueue({ parent: PARENT, queue: { name, rateLimits } });
      assert.equal([created.state, created.rateLimits?.maxConcurrentDispatches], ['RUNNING', 3]);
      assert.is(await codeOf(client.createQueue({ parent: PARENT, queue: { name } })), ALREADY_EXISTS);
      const change = { name, rateLimits: { maxConcurrentDispatches: 9 }, retryConfig: { maxAttempts: 7 } };
      const [updated] = await client.updateQueue({ queue: change, updateMask: { paths: ['retry_config'] } });
      assert.equal([updated.rateLimits?.maxConcurrentDispatches, updated.retryConfig?.maxAttempts], [3, 7]);
      const [queues] = await client.listQueues({ parent: PARENT });
      assert.equal(
        queues.map(one => one.name),
        [queue, name],
      );
      await client.deleteQueue({ name });
      assert.is(await codeOf(client.createQueue({ parent: PARENT, queue: { name } })), FAILED_PRECONDITION);
      await clock.advance(7 * 24 * HOUR_MS);
      assert.ok(await client.createQueue({ parent: PARENT, queue: { name } }));
      assert.is(await codeOf(client.createQueue({ parent: PARENT, queue: { name: 'bad' } })), INVALID_ARGUMENT);
    },
    { keys },
  ),
);

test(
  'operations are counted, the failed ones too',
  inRawWorld(
    async ({ create, client, queue, codeOf, double, pass }) => {
      await create('a');
      await codeOf(create('a'));
      await pass(100);
      await codeOf(client.getTask({ name: `${queue}/tasks/a` }));
      await client.getQueue({ name: queue });
      assert.equal({ ...double.operations }, { createTask: 2, push: 1, getTask: 1, getQueue: 1 });
    },
    { keys },
  ),
);

test.run();
