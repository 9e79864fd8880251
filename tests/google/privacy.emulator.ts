/**
 * Erasures on the google platform: against the Firestore emulator and a bucket that keeps every version of an object, where
 * an erasure has to reach the noncurrent ones; and by `kill -9` of the worker, the very same test as on the embedded one.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { jobs, runs } from '../../common/collections.ts';
import { keptPath, previewPath } from '../../common/picture.ts';
import { createTestModel } from '../doubles/test-model.ts';
import { waitFor } from '../wait-for.ts';
import { openWholeWorld, type WholeWorld } from './whole-world.ts';

export const FILE_LIMIT_MS = 240_000;

const test = suite('privacy on google');
const HER = '7000000000001';
const HIS = '7000000000002';

test('no version of anything of the erased customer remains, and every one of the other', async () => {
  const world = await openWholeWorld({ model: createTestModel(), versioning: true });
  try {
    const [hers, his] = [await drawn(world, HER), await drawn(world, HIS)];
    const [herPaths, hisPaths] = [await pathsOf(world, hers), await pathsOf(world, his)];
    assert.is(
      (await world.worker.store.get(runs, hers))?.inputSha256,
      (await world.worker.store.get(runs, his))?.inputSha256,
    );
    // Written again, as repeats and late workers do: what was there stays behind as a noncurrent version.
    for (const path of [...herPaths, ...hisPaths]) {
      await world.worker.bucket.put(path, Buffer.from('again'), { contentType: 'image/png' });
    }
    assert.ok(
      herPaths.every(path => world.storage.versions(path).length === 2),
      'versions are kept',
    );
    const asked = await call<{ id: string }>(world, 'DELETE', `/v1/customers/${HER}`);
    assert.is(asked.status, 202);
    await waitFor(
      'the end of the erasure',
      async () => {
        const { body } = await call<{ state: string }>(world, 'GET', `/v1/privacy-requests/${asked.body.id}`);
        return body.state === 'done';
      },
      { limitMs: 60_000, everyMs: 250 },
    );
    assert.equal(
      herPaths.map(path => world.storage.versions(path).length),
      [0, 0, 0, 0, 0, 0],
    );
    assert.equal(
      hisPaths.map(path => world.storage.versions(path).length),
      [2, 2, 2, 2, 2, 2],
    );
    const left = await world.worker.store.list({ from: jobs, limit: 10 });
    assert.equal(left.items.map(({ ownerUid }) => ownerUid === 'erased').sort(), [false, true]);
    const exported = await call<string>(world, 'GET', `/v1/customers/${HIS}/export`);
    assert.equal(
      exported.lines.map(({ type }) => type),
      ['customer', 'job', 'end'],
    );
  } finally {
    await world.close();
  }
});

test.run();

process.env.EASEL_TEST_PLATFORM = 'google';
await import('../privacy-kill.test.ts');

async function call<T>({ api, keys }: WholeWorld, method: string, path: string, body?: string) {
  const headers = { 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { headers, body };
  const answer = await api.call(method, path, { token: keys.server, ...sent });
  const text = await answer.text();
  const isLines = answer.headers.get('content-type')?.includes('ndjson') === true;
  const lines = isLines
    ? text
        .trim()
        .split('\n')
        .map(line => JSON.parse(line) as { type: string })
    : [];
  return { status: answer.status, lines, body: (isLines || text === '' ? {} : JSON.parse(text)) as T };
}

/** A picture that was sold, so that it lies among the orders, too. */
async function drawn(world: WholeWorld, customerId: string): Promise<string> {
  const submitted = await world.api.submit({ style: 'charcoal', customerId }, { token: world.keys.server });
  const body = (await submitted.json()) as { id: string };
  const { store } = world.worker;
  await waitFor('the picture', async () => (await store.get(jobs, body.id))?.done, { limitMs: 60_000 });
  await call(world, 'POST', `/v1/jobs/${body.id}/order`, JSON.stringify({ orderId: `order-${customerId}` }));
  await waitFor('the copies', async () => (await store.get(runs, body.id))?.kept?.picture, { limitMs: 60_000 });
  return body.id;
}

async function pathsOf({ worker }: WholeWorld, id: string): Promise<string[]> {
  const run = await worker.store.get(runs, id);
  if (!run?.outputPath) throw new Error(`${id} has no picture`);
  const picture = keptPath(run, 'picture');
  return [
    ...[run.inputPath, run.outputPath, previewPath(run.outputPath)],
    ...[keptPath(run, 'photo'), picture, previewPath(picture)],
  ];
}
