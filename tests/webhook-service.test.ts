/**
 * Webhooks of the whole service: to the receiver of `docs/examples/`, through `kill -9`, and in operators' hands. The
 * receivers are exempt origins, because no test reaches the internet.
 * Platforms: embedded, and google by EASEL_TEST_PLATFORM=google.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { freePort } from '../infra-scripts/local/google-services.ts';
import { openReceiver, type Receiver } from './doubles/receiver.ts';
import { jsonOf } from './operator-calls.ts';
import { PHOTO, type Service, withService } from './service.ts';
import { PLATFORM } from './service-processes.ts';
import { waitFor } from './wait-for.ts';

export const FILE_LIMIT_MS = 300_000;

const test = suite('webhooks of the whole service');
const EXAMPLE = fileURLToPath(new URL('../docs/examples/webhook-receiver.ts', import.meta.url));
const TOLD_LIMIT = { limitMs: 120_000, everyMs: 50 };

interface Delivery {
  readonly id: string;
  readonly jobId: string;
  readonly state: string;
  readonly url: string;
  readonly tries: readonly { readonly status?: number; readonly error?: string; readonly ms?: number }[];
}

test('the receiver of the documentation hears of a job once, however often it is told, and of nothing unsigned', async () => {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  await withService(
    async service => {
      const example = await startExample(port, await rotated(service));
      try {
        const id = await submit(service, `${origin}/hooks`);
        const line = `job.succeeded ${id} order-1001 /v1/jobs/${id}/output\n`;
        await waitFor('the event', () => example.output().includes(line), TOLD_LIMIT);
        const { id: event } = await delivered(service, id, 1);
        const replayed = await admin<Delivery>(service, 'POST', `/v1/admin/deliveries/${event}/replay`, {});
        assert.equal([replayed.status, replayed.body.state], [202, 'pending']);
        await delivered(service, id, 2);
        assert.is(example.output().split(line).length, 2, 'it acts once');
        const forged = await fetch(origin, { method: 'POST', body: '{}' });
        assert.is(forged.status, 400);
        const missing = await admin(service, 'POST', '/v1/admin/deliveries/evt_00000000000000000000000000_1/replay');
        assert.is(missing.status, 404);
      } finally {
        await example.stop();
      }
    },
    { OUTBOUND_ALLOW: origin },
  )();
});

test('killed while the receiver thinks, the service tells it again under the same id', async () => {
  await withReceiver(async (service, receiver) => {
    receiver.answer('hang', 204);
    const id = await submit(service, `${receiver.origin}/hooks`);
    await waitFor('the first message', () => receiver.received.length === 1, TOLD_LIMIT);
    await service.kill();
    await service.start();
    const { tries } = await delivered(service, id, 2);
    assert.equal([tries[0]?.ms, tries[1]?.status], [undefined, 204]);
    const [first, second] = receiver.received;
    assert.equal([receiver.received.length, first?.id === second?.id], [2, true]);
    assert.equal([first?.verifiedBy, second?.verifiedBy], [[0], [0]]);
    assert.equal([second?.type, second?.data.id], ['job.succeeded', id]);
  });
});

test('only a server key names a webhook, only an https address, and a repeat is compared by it too', async () => {
  await withReceiver(async (service, receiver) => {
    const { storefront } = await service.keys();
    const { body } = await service.call<{ token: string }>('POST', '/v1/sessions', { key: storefront });
    const refused = async (webhook: string, key?: string) => {
      const answer = await service.submit({ style: 'charcoal', webhook }, key === undefined ? {} : { key });
      const { errors = [] } = answer.body as { errors?: readonly { pointer: string; detail: string }[] };
      return [answer.status, errors[0]?.pointer, errors[0]?.detail.split(' ').slice(0, 5).join(' ')];
    };
    const good = JSON.stringify({ url: `${receiver.origin}/hooks` });
    assert.equal(await refused(good, body.token), [400, '/webhook', 'only a server key may']);
    const addresses = {
      'http://shop.example.com/': 'The address has to begin',
      'https://shop.example.com:8443/': 'The address may name no',
      'https://me@shop.example.com/': 'The address is not a',
      nowhere: 'The address is not a',
      [`https://shop.example.com/${'a'.repeat(2_048)}`]: 'Too big: expected string to',
    };
    for (const [url, detail] of Object.entries(addresses)) {
      assert.equal(await refused(JSON.stringify({ url })), [400, '/webhook/url', detail], url);
    }
    assert.is((await refused('{"url":"https://shop.example.com/","secret":"x"}'))[1], '/webhook/secret');
    assert.is((await refused('[]'))[1], '/webhook');

    const keyed = (webhook: string) =>
      service.submit({ style: 'charcoal', webhook }, { headers: { 'Idempotency-Key': 'order-1' } });
    const first = await keyed(good);
    assert.is((await keyed(good)).body.id, first.body.id);
    const other = await keyed(JSON.stringify({ url: `${receiver.origin}/elsewhere` }));
    assert.equal([other.status, other.body.code], [422, 'idempotency_key_reused']);
    await delivered(service, first.body.id, 1);
    const { body: job } = await service.call('GET', `/v1/jobs/${first.body.id}`);
    assert.is(JSON.stringify(job).includes('hooks'), false);

    const bare = await admin<{ id: string }>(service, 'POST', '/v1/admin/shops', { id: 'bare', name: 'Bare' });
    assert.is(bare.status, 201);
    const made = await admin<{ key: string }>(service, 'POST', '/v1/admin/keys', {
      ...{ kind: 'server', label: 'Bare', shop: 'bare' },
    });
    assert.is((await refused(good, made.body.key))[2], 'the shop has no webhook');
  });
});

test('operators list deliveries by job and state, a page at a time, and secrets stand nowhere', async () => {
  await withReceiver(async (service, receiver) => {
    receiver.answer(410, 204);
    const gone = await submit(service, `${receiver.origin}/hooks`);
    await told(service, gone, ({ state }) => state === 'disabled');
    const taken = await submit(service, `${receiver.origin}/hooks`, { variation: 1 });
    await delivered(service, taken, 1);
    const list = async (query: string) =>
      (await admin<{ deliveries: Delivery[]; nextCursor?: string }>(service, 'GET', `/v1/admin/deliveries${query}`))
        .body;
    const ids = ({ deliveries }: { deliveries: readonly Delivery[] }) => deliveries.map(({ jobId }) => jobId);
    assert.equal(ids(await list('')), [taken, gone]);
    assert.equal(ids(await list('?state=disabled')), [gone]);
    assert.equal(ids(await list(`?jobId=${taken}&state=delivered`)), [taken]);
    assert.equal(ids(await list(`?jobId=${taken}&state=failed`)), []);
    const first = await list('?limit=1');
    assert.equal(ids(await list(`?limit=1&cursor=${first.nextCursor}`)), [gone]);
    assert.is((await admin(service, 'GET', '/v1/admin/deliveries?state=lost')).status, 400);
    const shop = await admin(service, 'GET', '/v1/admin/shops/default');
    const audit = await admin(service, 'GET', '/v1/admin/audit');
    assert.match(JSON.stringify(audit.body), 'webhook.rotate');
    const all = JSON.stringify([shop.body, audit.body, await list('')]) + service.output();
    assert.is(all.includes('whsec_'), false);
  });
});

test.run();

/** The service may reach the receiver, which knows the shop's secret. */
async function withReceiver(work: (service: Service, receiver: Receiver) => Promise<void>): Promise<void> {
  let secret = '';
  const receiver = await openReceiver({ secrets: () => [secret] });
  const run = withService(
    async service => {
      // Of the first start, where there is one.
      secret = PLATFORM === 'embedded' ? (await service.keys()).webhookSecret : await rotated(service);
      if (PLATFORM === 'embedded') await admin(service, 'POST', '/v1/admin/shops/default/webhook-secret/rotate');
      await work(service, receiver);
      assert.ok(receiver.received.every(({ verifiedBy }) => verifiedBy.length === 1));
    },
    { OUTBOUND_ALLOW: receiver.origin },
  );
  await run().finally(() => receiver.close());
}

async function rotated(service: Service): Promise<string> {
  const path = '/v1/admin/shops/default/webhook-secret/rotate';
  const { status, body } = await admin<{ secret: string }>(service, 'POST', path, { reason: 'The first one.' });
  assert.is(status, 200);
  return body.secret;
}

async function admin<T>(service: Service, method: string, path: string, body?: object) {
  const { admin: key } = await service.keys();
  return service.call<T>(method, path, { key, ...(body ? jsonOf(body) : {}) });
}

/** As JSON, and waits for the end. */
async function submit(service: Service, url: string, options = {}): Promise<string> {
  const image = { data: PHOTO.toString('base64') };
  const wish = { style: 'charcoal', customId: 'order-1001', options, webhook: { url }, image };
  const { status, body } = await service.call('POST', '/v1/jobs', jsonOf(wish));
  assert.is(status, 202, JSON.stringify(body));
  return (await service.done(body.id)).id;
}

function delivered(service: Service, jobId: string, tries: number): Promise<Delivery> {
  return told(service, jobId, found => found.state === 'delivered' && found.tries.length === tries);
}

function told(service: Service, jobId: string, is: (delivery: Delivery) => boolean): Promise<Delivery> {
  const find = async () => {
    const path = `/v1/admin/deliveries?jobId=${jobId}`;
    const [found] = (await admin<{ deliveries: Delivery[] }>(service, 'GET', path)).body.deliveries;
    return found && is(found) && found;
  };
  return waitFor(`the delivery of ${jobId}`, find, TOLD_LIMIT);
}

async function startExample(port: number, secret: string) {
  const env = { ...process.env, WEBHOOK_SECRET: secret, PORT: String(port) };
  const child = spawn(process.execPath, [EXAMPLE], { env });
  let output = '';
  child.stdout.on('data', chunk => (output += chunk));
  child.stderr.on('data', chunk => (output += chunk));
  const ended = new Promise(resolve => child.once('exit', resolve));
  await waitFor('the receiver', () => output.includes('receiver listens'));
  return {
    output: () => output,
    async stop() {
      child.kill();
      await ended;
    },
  };
}
