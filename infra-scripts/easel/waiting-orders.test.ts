/**
 * Orders without a picture as staff have them on the command line: the real process against the real service, in a pipe.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PHOTO, type Service } from '../../tests/service.ts';
import { waitFor } from '../../tests/wait-for.ts';
import { atService, ESCAPE, send, withServer } from './easel-process.ts';

const test = suite('easel orders');
const NOBODYS = 'upl_00000000000000000000000000';

test(
  'an order without a picture is listed, drawn with the server key, and listed no more',
  atService(async ({ run }, service) => {
    const { admin } = await service.keys();
    const asOperator = { EASEL_ADMIN_KEY: admin };
    assert.equal((await run('orders waiting', asOperator)).err, 'No order waits for a picture.\n');
    const upload = await orderedPhoto(service);
    const { out, err } = await run('orders waiting', asOperator);
    assert.match(
      out,
      new RegExp(`^UPLOAD +ORDER +SHOP +STYLE +ORDERED +PICTURE\n${upload} +4711 +default +charcoal .*none yet`),
      err,
    );

    assert.is((await run('jobs create')).code, 2);
    assert.is((await run('jobs create --upload job_1')).code, 2);
    assert.is((await run(`jobs create --upload ${NOBODYS}`)).code, 4);
    const made = await run(`jobs create --upload ${upload} --style fine-art-bw --size 512 --json`);
    assert.is(made.code, 0, made.err);
    const { id, style } = made.json()[0] as { id: string; style: string };
    assert.is(style, 'fine-art-bw');
    const again = await run(`jobs create --upload ${upload} --style fine-art-bw --size 512`);
    assert.match(again.out, new RegExp(`^${id}  `), 'the same again is the same job');
    await service.done(id);
    await waitFor('the order to wait no more', async () => (await run('orders waiting', asOperator)).out === '');
    assert.equal(JSON.parse((await run(`jobs show ${id} --json`)).out).orderIds, ['4711']);
  }),
);

test('what a shop has written cannot steer the terminal', async () => {
  const text = `${ESCAPE}[2Jowned`;
  const order = { uploadId: 'upl_1', orderIds: [text], shop: text, style: text, orderedAt: '2026-11-23T06:00:00Z' };
  await withServer(
    (_, response) => send(response, 200, { orders: [order] }),
    async ({ run }) => {
      const { code, out } = await run('orders waiting');
      assert.equal([code, out.includes(ESCAPE)], [0, false]);
    },
  );
});

test.run();

async function orderedPhoto(service: Service): Promise<string> {
  const headers = { 'Content-Type': 'application/json' };
  const post = <T>(path: string, body: object) =>
    service.call<T>('POST', path, { headers, body: JSON.stringify(body) });
  const { body } = await post<{ uploadId: string; url: string; headers: Record<string, string> }>('/v1/uploads', {
    contentType: 'image/jpeg',
    bytes: PHOTO.length,
  });
  assert.ok((await fetch(body.url, { method: 'PUT', headers: body.headers, body: new Uint8Array(PHOTO) })).ok);
  assert.is((await post(`/v1/uploads/${body.uploadId}/keep`, { style: 'charcoal' })).status, 200);
  assert.is((await post(`/v1/uploads/${body.uploadId}/order`, { orderId: '4711' })).status, 200);
  return body.uploadId;
}
