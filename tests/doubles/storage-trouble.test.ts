/**
 * Who gets into the storage double, how it misbehaves, and what it counts.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../test-clock.ts';
import { inWireWorld } from './storage/wire-client.ts';

test(
  'nobody without a token gets in, and no other bucket is there',
  inWireWorld(async ({ double }) => {
    const status = async (path: string, headers: Record<string, string>) =>
      (await fetch(`${double.url}${path}`, { headers })).status;
    const authorization = `Bearer ${double.token}`;
    assert.is(await status('/storage/v1/b/easel-demo/o', {}), 401);
    assert.is(await status('/storage/v1/b/easel-demo/o', { authorization: 'Bearer other' }), 401);
    assert.is(await status('/storage/v1/b/easel-demo/o', { authorization }), 200);
    assert.is(await status('/storage/v1/b/other/o', { authorization }), 404);
    assert.is(await status('/computeMetadata/v1/instance/service-accounts/default/token', {}), 403);
    assert.is(await status('/easel-demo/a', {}), 403);
    assert.is(await status('/', {}), 404);
  }),
);

test(
  'a browser gets CORS headers from the listed origins only',
  inWireWorld(
    async ({ double }) => {
      const preflight = async (origin: string) => {
        const response = await fetch(`${double.url}/easel-demo/a`, { method: 'OPTIONS', headers: { origin } });
        return [
          response.headers.get('access-control-allow-origin'),
          response.headers.get('access-control-allow-methods'),
        ];
      };
      assert.equal(await preflight('https://shop.example'), ['https://shop.example', 'GET, HEAD, PUT']);
      assert.equal(await preflight('https://other.example'), [null, null]);
    },
    { corsOrigins: ['https://shop.example'] },
  ),
);

test(
  'it misbehaves as planned: so often, on those calls, after so many',
  inWireWorld(async ({ double, call, upload }) => {
    double.plan({ on: 'list', what: { kind: 'refuse', status: 503 }, times: 2, after: 1 });
    double.plan({ on: ['insert', 'patch'], what: { kind: 'do-then-refuse', status: 500 } });
    const statuses = [(await upload('a', 'x')).status];
    for (let index = 0; index < 4; index++) statuses.push((await call('GET', '/o')).status);
    assert.equal(statuses, [500, 200, 503, 503, 200]);
    assert.is(double.versions('a').length, 1);
  }),
);

test('it misbehaves at a rate, the same way from the same seed', async () => {
  const runs: number[][] = [];
  const run = inWireWorld(async ({ double, call }) => {
    double.atRandom({ on: 'list', rate: 0.5, what: [{ kind: 'refuse', status: 503 }], random: seededRandom(7) });
    const statuses: number[] = [];
    for (let index = 0; index < 20; index++) statuses.push((await call('GET', '/o')).status);
    runs.push(statuses);
  });
  await run();
  await run();
  assert.equal(runs[0], runs[1]);
  assert.equal([...new Set(runs[0])].sort(), [200, 503]);
});

test(
  'it counts what it did, by class, and nothing that it refused',
  inWireWorld(async ({ double, upload, call }) => {
    await upload('a', 'x');
    await upload('a', 'x', { query: '&ifGenerationMatch=0' });
    await call('GET', '/o/a');
    await call('GET', '/o/nothing');
    await call('GET', '/o/a?alt=media');
    await call('GET', '/o');
    await call('PATCH', '/o/a', {});
    await call('POST', '/o/a/rewriteTo/b/easel-demo/o/b');
    await call('DELETE', '/o/a');
    const once = { insert: 1, stat: 1, media: 1, list: 1, patch: 1, rewrite: 1, delete: 1 };
    assert.equal(double.operations(), once);
    assert.equal(double.classes(), { a: 4, b: 2, free: 1 });
    assert.is(double.requests.length, 9);
  }),
);

test.run();
