/**
 * Who gets in, and what strangers learn: nothing. Platform: embedded.
 */
import { stat } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { withService } from './service.ts';

const test = suite('access');

test(
  'without a key, with a wrong one, and with one of the wrong kind there is no way in',
  withService(async service => {
    const keys = await service.keys();
    const wrong = `sk_${'A'.repeat(43)}`;
    for (const key of [null, wrong, 'nonsense', `${keys.server}x`, keys.webhookSecret]) {
      const answer = await service.submit({ style: 'charcoal' }, { key });
      assert.equal([answer.status, answer.body.code], [401, 'unauthorized']);
      assert.is(answer.headers.get('www-authenticate'), 'Bearer');
    }
    for (const key of [keys.storefront, keys.admin]) {
      assert.is((await service.submit({ style: 'charcoal' }, { key })).status, 403);
    }
  }),
);

test(
  "somebody else's job, a missing one and a malformed id answer alike, byte for byte",
  withService(async service => {
    const { storefront } = await service.keys();
    const open = async () =>
      (await service.call<{ token: string }>('POST', '/v1/sessions', { key: storefront })).body.token;
    const [mine, other] = [await open(), await open()];
    const { body: job } = await service.submit({ style: 'charcoal' }, { key: mine });
    assert.is((await service.call('GET', `/v1/jobs/${job.id}`, { key: mine })).status, 200);
    assert.is((await service.call('GET', `/v1/jobs/${job.id}`)).status, 200, "the shop's server sees it");

    const look = async (id: string) => {
      const response = await fetch(`${service.url()}/v1/jobs/${id}`, { headers: { Authorization: `Bearer ${other}` } });
      return [response.status, response.headers.get('content-type'), await response.text()];
    };
    const missing = await look('job_00000000000000000000000000');
    assert.is(missing[0], 404);
    assert.equal(await look(job.id), missing);
    assert.equal(await look('nonsense'), missing);
    assert.equal(await look('job_..%2f..%2fetc'), missing);
    assert.is((await service.call('GET', `/v1/jobs/${job.id}/output`, { key: other })).status, 404);
  }),
);

test(
  'a session cannot name the customer',
  withService(async service => {
    const { storefront } = await service.keys();
    const { body } = await service.call<{ token: string }>('POST', '/v1/sessions', { key: storefront });
    const answer = await service.submit({ style: 'charcoal', customerId: '7' }, { key: body.token });
    assert.equal([answer.status, answer.body.code], [400, 'fields_invalid']);
  }),
);

test(
  'the keys are readable by their owner alone, and every answer carries a Request-Id',
  withService(async service => {
    assert.is((await stat(`${service.directory}/keys.json`)).mode & 0o777, 0o600);
    assert.is((await stat(`${service.directory}/secrets.json`)).mode & 0o777, 0o600);
    const ids = await Promise.all(
      ['/health', '/v1/jobs/x', '/nothing'].map(async path =>
        (await service.call('GET', path)).headers.get('request-id'),
      ),
    );
    assert.is(new Set(ids).size, 3);
    assert.not.ok(ids.includes(null));
  }),
);

test(
  'health, readiness, unknown routes and wrong methods answer as they should',
  withService(async service => {
    assert.equal((await service.call('GET', '/health', { key: null })).body, { status: 'ok' });
    for (const path of ['/ready', '/_ah/ready'])
      assert.is((await service.call('GET', path, { key: null })).status, 200);
    const unknown = await service.call('GET', '/v2/jobs');
    assert.equal([unknown.status, unknown.body.code], [404, 'route_not_found']);
    assert.is(unknown.headers.get('content-type'), 'application/problem+json');
    const wrong = await service.call('PUT', '/v1/jobs');
    assert.equal([wrong.status, wrong.body.code], [405, 'method_not_allowed']);
    assert.match(wrong.headers.get('allow') ?? '', 'POST');
  }),
);

test(
  'a second process on the same directory is refused with a sentence',
  withService(async service => {
    const second = withService(async () => {}, { DATA_DIR: service.directory });
    await second().then(
      () => assert.unreachable('a second process started'),
      (error: Error) => assert.match(error.message, /Easel cannot start\. .*(another|Another)/),
    );
    assert.is((await service.call('GET', '/ready')).status, 200);
  }),
);

test('settings that cannot be used are all named at once', async () => {
  const service = withService(async () => {}, { PORT: 'eighty', BUDGET_USD_PER_DAY: '-1', HOST: '127.0.0.1' });
  await service().then(
    () => assert.unreachable('it started'),
    (error: Error) => {
      assert.match(error.message, 'PORT: expected a whole number from 0 to 65535, got "eighty"');
      assert.match(error.message, 'BUDGET_USD_PER_DAY: expected dollars');
    },
  );
});

test('it does not open itself to the network while nobody has its keys', async () => {
  const service = withService(async () => {}, { HOST: '0.0.0.0' });
  await service().then(
    () => assert.unreachable('it started'),
    (error: Error) => assert.match(error.message, 'HOST: expected a loopback address'),
  );
});

test.run();
