/**
 * Who is let in, as the whole service decides it: its own processes, its own settings, an operator who connects a shop
 * through the API. On the embedded platform; `tests/google/callers.emulator.ts` runs it on google.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SESSIONS_PER_HOUR } from '../api/auth/session-limit.ts';
import { CONNECTION, signedQuery } from './doubles/app-proxy.ts';
import { type Answer, withService } from './service.ts';
import { waitFor } from './wait-for.ts';

export const FILE_LIMIT_MS = 240_000;

const test = suite('callers');
const PAGE = 'https://www.cats.example';
const JSON_BODY = { 'Content-Type': 'application/json' };
/** Shops are remembered for half a minute. */
const SHOPS_KEPT = { limitMs: 60_000, everyMs: 500 };

interface SessionAnswer {
  readonly token: string;
  readonly code?: string;
}

test(
  'a shop that an operator connects has its customers signed in, at its pages alone, until it is disconnected',
  withService(async service => {
    const { admin } = await service.keys();
    const change = async (fields: object) => {
      const options = { key: admin, headers: JSON_BODY, body: JSON.stringify(fields) };
      assert.is((await service.call('PATCH', '/v1/admin/shops/default', options)).status, 200);
    };
    const enter = (page?: string) => {
      const headers = page === undefined ? {} : { Origin: page };
      const path = `/v1/sessions${signedQuery({ now: Math.floor(Date.now() / 1_000) * 1_000 })}`;
      return service.call<SessionAnswer>('POST', path, { key: null, headers });
    };
    await change({ shopify: CONNECTION, origins: [PAGE] });
    const opened = await waitFor(
      'the shop',
      async () => {
        const answer = await enter(PAGE);
        return answer.status === 201 && answer;
      },
      SHOPS_KEPT,
    );
    assert.is(opened.headers.get('access-control-allow-origin'), PAGE);
    assert.equal(refusal(await enter('https://evil.example')), [403, 'origin_not_allowed']);

    const [first, second] = [opened.body.token, (await enter()).body.token];
    const { body: job } = await service.submit({ style: 'charcoal' }, { key: first, headers: { Origin: PAGE } });
    assert.is((await service.call('GET', `/v1/jobs/${job.id}`, { key: second })).status, 200, 'the same customer');
    const list = await service.call<{ jobs: readonly { id: string }[] }>('GET', '/v1/jobs?customerId=7');
    assert.equal(
      list.body.jobs.map(({ id }) => id),
      [job.id],
    );

    await change({ shopify: null });
    await waitFor(
      'the end',
      async () => (await service.call('GET', '/v1/quota', { key: second })).status === 401,
      SHOPS_KEPT,
    );
    assert.is((await enter()).status, 401);
  }),
);

test(
  'behind a proxy an address opens twenty sessions an hour, whatever a client writes into the header',
  withService(
    async service => {
      const { storefront: key } = await service.keys();
      const open = (forwarded: string) =>
        service.call<SessionAnswer>('POST', '/v1/sessions', { key, headers: { 'X-Forwarded-For': forwarded } });
      const counted = async () => {
        const answers = await Promise.all(
          Array.from({ length: SESSIONS_PER_HOUR + 5 }, (_, index) => open(`203.0.113.${index}, 192.0.2.1`)),
        );
        return answers.map(({ status }) => status).sort();
      };
      // In an hour that ends meanwhile there would be more.
      await waitFor('an hour that lasts', () => 60 - new Date().getUTCMinutes() > 2, {
        limitMs: 130_000,
        everyMs: 1_000,
      });
      assert.equal(await counted(), [...Array(SESSIONS_PER_HOUR).fill(201), ...Array(5).fill(429)]);
      const refused = await open('192.0.2.1');
      assert.equal(refusal(refused), [429, 'sessions_exceeded']);
      assert.ok(Number(refused.headers.get('retry-after')) <= 3_600);
      assert.is((await open('192.0.2.2')).status, 201);
    },
    { TRUSTED_HOPS: '1' },
  ),
);

test.run();

function refusal({ status, body }: Answer<{ readonly code?: string }>): [number, string | undefined] {
  return [status, body.code];
}
