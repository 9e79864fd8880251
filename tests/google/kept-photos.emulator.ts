/**
 * An order without a picture on the google platform: the photo is put into the bucket by its signed address, kept, ordered,
 * listed, drawn, and copied to the orders; another one is erased with every generation.
 */
import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runs } from '../../common/collections.ts';
import { DAY_MS } from '../../common/limits.ts';
import { createTestModel } from '../doubles/test-model.ts';
import { waitFor } from '../wait-for.ts';
import { openWholeWorld, type WholeWorld } from './whole-world.ts';

export const FILE_LIMIT_MS = 180_000;

const test = suite('orders without a picture on google');

test('a kept photo is ordered, drawn once for two clicks, copied to the orders, and opens after thirty-one days', async () => {
  const world = await openWholeWorld({ model: createTestModel() });
  try {
    const { server, storefront, admin } = world.keys;
    const { token: session } = await ask<{ token: string }>(world, storefront, 'POST /v1/sessions');
    const [id, erased] = [await keptPhoto(world, session, '#c8783c'), await keptPhoto(world, session, '#3c78c8')];
    const order = (photo: string) => ask(world, server, `POST /v1/uploads/${photo}/order`, { orderId: '4711' });
    await Promise.all([order(id), order(id), order(erased)]);
    assert.equal((await waiting(world)).length, 2);
    await ask(world, session, `DELETE /v1/uploads/${erased}`);
    assert.equal(await waiting(world), [id]);
    const { bucket, store } = world.worker;
    const left = await Promise.all(
      ['uploads/', 'inputs/', 'orders/'].map(prefix => bucket.list(prefix, { limit: 100 })),
    );
    assert.not.ok(left.flat().some(({ path }) => path.includes(erased)));

    const draw = () => ask<{ id: string }>(world, admin, `POST /v1/admin/uploads/${id}/draw`, {});
    const [one, two] = await Promise.all([draw(), draw()]);
    assert.is(one.id, two.id);
    await waitFor('the order to wait no more', async () => (await waiting(world)).length === 0, { limitMs: 60_000 });
    await waitFor('the copies', async () => (await store.get(runs, one.id))?.kept?.picture, { limitMs: 30_000 });
    const { scopes, owner, uploadId } = (await store.get(runs, one.id)) ?? {};
    assert.equal([scopes, owner, uploadId], [[], {}, id]);
    assert.is(world.model.calls.length, 1);
    await world.skip(31 * DAY_MS);
    const output = await world.api.call('GET', `/v1/jobs/${one.id}/output`, { token: server });
    // The double of the bucket lives today, and does not open addresses of next month.
    assert.match(decodeURIComponent(output.url), `/orders/default/${one.id}/picture`);
    const kept = await bucket.stat(`orders/default/${one.id}/picture`);
    assert.match(kept?.contentType ?? '', /^image\//);
  } finally {
    await world.close();
  }
});

test.run();

async function ask<T>(world: WholeWorld, token: string, request: string, body?: object): Promise<T> {
  const [method = '', path = ''] = request.split(' ');
  const sent = body ? { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) } : {};
  const answer = await world.api.call(method, path, { token, ...sent });
  const text = await answer.text();
  assert.ok(answer.ok, `${request}: ${answer.status} ${text}`);
  return (text === '' ? {} : JSON.parse(text)) as T;
}

async function keptPhoto(world: WholeWorld, token: string, background: string): Promise<string> {
  const photo = await sharp({ create: { width: 512, height: 512, channels: 3, background } })
    .png()
    .toBuffer();
  const { uploadId, url, headers } = await ask<{ uploadId: string; url: string; headers: Record<string, string> }>(
    world,
    token,
    'POST /v1/uploads',
    { contentType: 'image/png', bytes: photo.length },
  );
  const put = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(photo) });
  assert.ok(put.ok, String(put.status));
  await ask(world, token, `POST /v1/uploads/${uploadId}/keep`, { style: 'charcoal' });
  return uploadId;
}

async function waiting(world: WholeWorld): Promise<string[]> {
  const page = await ask<{ orders: { uploadId: string }[] }>(world, world.keys.admin, 'GET /v1/admin/orders/waiting');
  return page.orders.map(({ uploadId }) => uploadId);
}
