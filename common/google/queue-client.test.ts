/**
 * When the Cloud Tasks client is loaded, opened and closed, and how long a call may take: nothing before the first
 * call, a start that failed is tried anew, and no call lasts much longer than five seconds.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inTasksWorld } from '../../tests/doubles/tasks/world.ts';
import { createKeyPair } from '../../tests/doubles/tasks.ts';
import { isPlatformError } from '../platform/errors.ts';
import type { Queue, Task } from '../platform/queue.ts';
import { plainTasksClient } from './queue-plain.ts';

const test = suite('Cloud Tasks client');
const keys = await createKeyPair();
const TASK: Task = { queue: 'interactive', name: 'a', kind: 'job', payload: { v: 1 } };
const CALLS: { readonly [call: string]: (queue: Queue) => Promise<unknown> } = {
  enqueue: queue => queue.enqueue(TASK),
  exists: queue => queue.exists('interactive', 'a'),
  remove: queue => queue.remove('interactive', 'a'),
  pause: queue => queue.pause('interactive'),
  resume: queue => queue.resume('interactive'),
  state: queue => queue.state('interactive'),
};

test('importing the queue and making one loads nothing of the SDK; the first call does', async () => {
  const { before, after } = await loadedByChild();
  const packages = before
    .map(url => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1])
    .filter(name => name !== undefined);
  assert.equal([...new Set(packages)], ['zod'], 'which checks the form of a task');
  assert.ok(after.some(url => url.includes('@google-cloud/tasks')));
});

test(
  'a client that cannot start costs one call, not the process: the next call starts it anew',
  inTasksWorld(
    async ({ open, double }) => {
      let starts = 0;
      const settings = plainTasksClient(double.address);
      const queue = open({
        async client() {
          starts++;
          // The SDK looks for its credentials there, and keeps it for ever that there are none.
          return starts === 1 ? { keyFilename: '/nowhere/key.json' } : settings();
        },
      });
      const error = await queue.enqueue(TASK).catch((reason: unknown) => reason);
      assert.ok(isPlatformError(error, 'unavailable'), String(error));
      const answers = await Promise.all([queue.enqueue(TASK), queue.state('interactive')]);
      assert.equal(answers, ['created', 'running']);
      assert.is(starts, 2);
    },
    { keys },
  ),
);

test(
  'every call is unavailable within some five seconds when Cloud Tasks is, and says so at once for what stays',
  inTasksWorld(
    async ({ queue, double }) => {
      const UNAVAILABLE = 14;
      const INTERNAL = 13;
      await queue.state('interactive');
      double.misbehave({ call: () => ({ fail: UNAVAILABLE }) });
      const startMs = performance.now();
      await Promise.all(Object.entries(CALLS).map(([call, run]) => isUnavailable(call, run(queue))));
      const ms = performance.now() - startMs;
      assert.ok(ms > 4_000 && ms < 15_000, `${ms} ms`);
      double.misbehave({ call: () => ({ fail: INTERNAL }) });
      const calls = double.operations.createTask ?? 0;
      await isUnavailable('enqueue', queue.enqueue(TASK));
      assert.is(double.operations.createTask, calls + 1);
    },
    { keys },
  ),
);

test(
  'a closed queue is unavailable; closing twice, or before the first call, is fine',
  inTasksWorld(
    async ({ queue, open }) => {
      await queue.enqueue(TASK);
      for (const one of [queue, open({})]) {
        await one.close();
        await one.close();
        for (const [call, run] of Object.entries(CALLS)) await isUnavailable(call, run(one));
      }
    },
    { keys },
  ),
);

test(
  'calls under way when the queue is closed end, one way or the other',
  inTasksWorld(
    async ({ queue, double }) => {
      await queue.state('interactive');
      const calls = Array.from({ length: 20 }, (_, n) => queue.enqueue({ ...TASK, name: `t${n}` }));
      await queue.close();
      const ends = await Promise.allSettled(calls);
      const created = ends.filter(end => end.status === 'fulfilled').length;
      assert.ok(double.tasks('q-interactive').length >= created);
      for (const end of ends) assert.ok(end.status === 'fulfilled' || isPlatformError(end.reason, 'unavailable'));
    },
    { keys },
  ),
);

test.run();

async function isUnavailable(call: string, answer: Promise<unknown>): Promise<void> {
  const error = await answer.catch((reason: unknown) => reason);
  assert.ok(isPlatformError(error, 'unavailable'), `${call}: ${error}`);
}

/** What a process has loaded when it has made a queue, and when it has then made a call. */
async function loadedByChild(): Promise<{ before: string[]; after: string[] }> {
  const script = `
    import { registerHooks } from 'node:module';
    const urls = new Set();
    registerHooks({ load(url, context, next) { urls.add(url); return next(url, context); } });
    const { createTasksQueue } = await import(${JSON.stringify(import.meta.resolve('./queue.ts'))});
    const { plainTasksClient } = await import(${JSON.stringify(import.meta.resolve('./queue-plain.ts'))});
    const log = { info() {}, warn() {}, error() {} };
    const queue = createTasksQueue({
      project: 'p', location: 'l', queueIds: { interactive: 'i', bulk: 'b', upkeep: 'u' }, workerUrl: 'http://127.0.0.1:1',
      audience: 'a', serviceAccount: 's', dispatchDeadlineMs: 240000, client: plainTasksClient('127.0.0.1:1'), log,
      clock: { now: () => 0 },
    });
    const before = [...urls];
    const call = queue.state('interactive').catch(() => {});
    while (![...urls].some(url => url.includes('@google-cloud/tasks'))) await new Promise(setImmediate);
    console.log(JSON.stringify({ before, after: [...urls] }));
    process.exit();
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
  });
  return JSON.parse(stdout) as { before: string[]; after: string[] };
}
