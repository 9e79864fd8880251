/**
 * GET /metrics: whom it serves and what it tells after real requests. Platform: embedded.
 */
import { once } from 'node:events';
import { createServer, get, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { noMetrics } from '../common/metrics.ts';
import type { EndedRequest } from '../common/metrics-events.ts';
import { download, type Service, withService } from '../tests/service.ts';
import { testClock } from '../tests/test-clock.ts';
import { waitFor } from '../tests/wait-for.ts';
import { measureRequests } from './metrics.ts';

const test = suite('GET /metrics');

/** By node:http, which sends any `Host`. */
function ask(url: string, headers: OutgoingHttpHeaders = {}): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, async response => {
      const chunks = await response.toArray();
      resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
    }).on('error', reject);
  });
}

const statusFor = async (service: Service, headers: OutgoingHttpHeaders) =>
  (await ask(`${service.url()}/metrics`, headers)).status;
const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });

test(
  'the machine itself may ask, and whoever has the admin key',
  withService(async service => {
    const keys = await service.keys();
    assert.is(await statusFor(service, {}), 200);
    assert.is(await statusFor(service, { Host: 'localhost:9090' }), 200);
    const names = ['Forwarded', 'Via', 'X-Forwarded-For', 'X-Forwarded-Proto', 'X-Real-IP'];
    for (const name of names) {
      assert.is(await statusFor(service, { [name]: '127.0.0.1' }), 401, name);
      assert.is(await statusFor(service, { [name]: '127.0.0.1', ...bearer(keys.server) }), 403, name);
      assert.is(await statusFor(service, { [name]: '127.0.0.1', ...bearer(keys.admin) }), 200, name);
    }
    for (const host of ['pictures.example.com', 'localhost.example.com', '127.0.0.1.example.com:8080']) {
      assert.is(await statusFor(service, { Host: host }), 401, host);
    }
    const refused = await service.call('GET', '/metrics', { key: null, headers: { Via: '1.1 proxy' } });
    assert.equal([refused.body.code, refused.headers.get('www-authenticate')], ['unauthorized', 'Bearer']);
  }),
);

test(
  'behind a proxy only the key counts, for there everybody comes from this machine',
  withService(
    async service => {
      assert.is(await statusFor(service, {}), 401);
      assert.is(await statusFor(service, bearer((await service.keys()).admin)), 200);
    },
    { PUBLIC_URL: 'https://pictures.example.com' },
  ),
);

test(
  'after real jobs it tells requests, submits, jobs and calls, and names nobody',
  withService(
    async service => {
      const wish = { style: 'charcoal', customerId: 'customer-4711' };
      const { body: job } = await service.submit(wish);
      const done = await service.done(job.id);
      assert.is((await service.submit(wish)).body.reused, true);
      assert.is((await service.submit({ ...wish, style: 'ink-wash' })).status, 429);
      assert.is((await download(done.output?.url ?? '')).status, 200);
      for (const path of ['/a', '/b', '/v1/jobs/x/y/z']) await service.call('GET', path);

      const { text } = await ask(`${service.url()}/metrics`);
      const lines = text.split('\n');
      const holds = (line: string) => assert.ok(lines.includes(line), line);
      holds('easel_http_requests_total{route="/v1/jobs",method="POST",status="202"} 1');
      holds('easel_http_requests_total{route="/v1/jobs",method="POST",status="429"} 1');
      holds('easel_http_requests_total{route="/objects/*",method="GET",status="200"} 1');
      holds('easel_http_requests_total{route="none",method="GET",status="404"} 3');
      holds('easel_http_problems_total{code="quota_exceeded"} 1');
      for (const result of ['admitted', 'reused', 'quota_exceeded']) holds(`easel_submits_total{result="${result}"} 1`);
      const model = 'model="offline"';
      holds(`easel_job_duration_seconds_count{status="succeeded",lane="interactive",${model}} 1`);
      holds(`easel_attempt_duration_seconds_count{outcome="succeeded",${model}} 1`);
      holds(`easel_model_call_duration_seconds_count{outcome="drawn",${model}} 1`);
      holds('easel_worker_slots_used 0');
      assert.not.match(text, /customer-4711|default|job_\w{26}|sk_/);
    },
    { QUOTA_NAMED_PER_DAY: '1' },
  ),
);

test('a client that goes away is counted as such, and one that asked to wait is told apart', async () => {
  const ended: EndedRequest[] = [];
  const clock = testClock();
  const metrics = { ...noMetrics, requestEnded: (request: EndedRequest) => ended.push(request) };
  const app = new Koa().use(measureRequests({ metrics, clock }));
  app.use(async ctx => {
    await clock.advance(250);
    if (ctx.path === '/never') await new Promise(() => {});
    if (ctx.path === '/wait') ctx.set('Preference-Applied', 'wait=5');
    ctx.body = 'here';
  });
  const server = createServer(app.callback()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const gone = new AbortController();
  const [, arrived] = [fetch(`${url}/never`, { signal: gone.signal }).catch(() => {}), once(server, 'request')];
  await arrived;
  gone.abort();
  await waitFor('the first request to end', () => ended.length === 1);
  await ask(`${url}/wait`);
  await ask(`${url}/now`);
  await waitFor('the others to end', () => ended.length === 3);
  server.closeAllConnections();
  server.close();
  const told = ended.map(({ status, waited, ms, route }) => [status, waited, ms, route]);
  assert.equal(told.slice(1), [
    [200, true, 250, 'none'],
    [200, false, 250, 'none'],
  ]);
  assert.is(told[0]?.[0], 499);
});

test.run();
