/**
 * Signatures, secrets and the schedule by themselves; `tests/webhooks.test.ts` plays deliveries.
 */

import { Webhook } from 'standardwebhooks';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../../tests/test-clock.ts';
import type { Delivery, Shop } from '../documents.ts';
import { DAY_MS } from '../limits.ts';
import { EVENT_ID, eventId, runOfEvent } from './event.ts';
import { closeTry, TRIES_MAX, type TryOutcome, WAITS_MS } from './schedule.ts';
import { isWebhookSecret, liveSecrets, newWebhookSecret, withSecret } from './secrets.ts';
import { signedHeaders } from './sign.ts';

const test = suite('webhooks, the parts');
const NOW = Date.UTC(2026, 10, 23, 12);
const SHOP: Shop = { id: 'pets', name: 'Pets', origins: [], freePrompts: false, createdAt: 0, updatedAt: 0 };

test('a signature is the one that the public library makes, with each secret, and of any change another', () => {
  const random = seededRandom(7);
  const secrets = [newWebhookSecret(random), newWebhookSecret(random)];
  const message = { id: 'evt_1', at: NOW + 999, body: '{"text":"Zürich 🐈"}' };
  const headers = signedHeaders(message, secrets);
  const theirs = secrets.map(secret => new Webhook(secret).sign('evt_1', new Date(NOW), message.body));
  assert.is(headers['webhook-signature'], theirs.join(' '));
  assert.equal([headers['webhook-id'], headers['webhook-timestamp']], ['evt_1', String(NOW / 1_000)]);
  for (const other of [{ id: 'evt_2' }, { at: NOW + 1_000 }, { body: '{}' }]) {
    const signature = signedHeaders({ ...message, ...other }, secrets)['webhook-signature'];
    assert.is(
      signature.split(' ').some(part => theirs.includes(part)),
      false,
      JSON.stringify(other),
    );
  }
});

test('a secret has the form that receivers need, and nothing else is taken for one', () => {
  const random = seededRandom(8);
  for (let count = 0; count < 100; count++) assert.ok(isWebhookSecret(newWebhookSecret(random)));
  const bytes = (length: number) => `whsec_${Buffer.alloc(length, 7).toString('base64')}`;
  for (const length of [24, 25, 26, 32, 64]) assert.ok(isWebhookSecret(bytes(length)), String(length));
  for (const text of [
    '',
    'whsec_',
    'whsec_x',
    bytes(23),
    bytes(66),
    bytes(32).slice(6),
    `${bytes(32)}\n`,
    `x${bytes(32)}`,
  ])
    assert.is(isWebhookSecret(text), false, text);
});

test('the one before signs for a day, and there are never more than two', () => {
  const first = withSecret(SHOP, 'a', NOW);
  assert.equal(liveSecrets(SHOP, NOW), []);
  assert.equal(liveSecrets(first, NOW + 100 * DAY_MS), ['a']);
  const second = withSecret(first, 'b', NOW + 1);
  assert.equal(liveSecrets(second, NOW + DAY_MS), ['b', 'a']);
  assert.equal(liveSecrets(second, NOW + DAY_MS + 1), ['b']);
  const third = withSecret(second, 'c', NOW + 2);
  assert.equal(liveSecrets(third, NOW + 2), ['c', 'b']);
  assert.is(third.webhookSecrets?.length, 2);
});

test('what follows a try: each answer, and nothing after the end', () => {
  const after = (outcome: TryOutcome, made = 1) => {
    const closed = closeTry(delivery(made), 'try_1', { outcome: { ms: 5, ...outcome }, now: NOW, fraction: 0.5 });
    return [closed.state, closed.nextTryAt === undefined ? undefined : closed.nextTryAt - NOW];
  };
  for (const status of [200, 201, 204, 299]) assert.equal(after({ status }), ['delivered', undefined]);
  for (const status of [100, 301, 400, 401, 404, 429, 500, 503]) assert.equal(after({ status }), ['pending', 5_000]);
  assert.equal(after({ status: 302, error: 'redirect' }), ['pending', 5_000]);
  assert.equal(after({ error: 'timeout' }, 3), ['pending', WAITS_MS[2]]);
  assert.equal(after({ status: 410 }), ['disabled', undefined]);
  assert.equal(after({ status: 500 }, TRIES_MAX), ['failed', undefined]);
  assert.equal(after({ status: 200 }, TRIES_MAX), ['delivered', undefined]);
  assert.equal(after({ error: 'canceled' }, TRIES_MAX), ['pending', 5_000], 'the process ended: it does not count');
  const ended = closeTry(delivery(1), 'try_1', { outcome: { ms: 5, status: 200 }, now: NOW, fraction: 0 });
  assert.is(closeTry(ended, 'try_1', { outcome: { ms: 9, status: 500 }, now: NOW, fraction: 0 }), ended);
  assert.is(WAITS_MS.reduce((sum, waitMs) => sum + waitMs, 0) / 3_600_000 > 75, true);
});

test('an event is known by its job and run, and both can be told from it', () => {
  const id = eventId('job_0wx3r7s9t5gfb2m1c8e4kz6ndq', 12);
  assert.is(id, 'evt_0wx3r7s9t5gfb2m1c8e4kz6ndq_12');
  assert.match(id, EVENT_ID);
  assert.is(runOfEvent(id), 12);
});

test.run();

function delivery(made: number): Delivery {
  return {
    ...{ id: 'evt_1_1', jobId: 'job_1', shop: 'pets', type: 'job.succeeded', url: 'https://pets.example/' },
    ...{ state: 'pending', made, tries: [{ id: 'try_1', at: NOW }], nextTryAt: NOW + 30_000 },
    ...{ occurredAt: NOW, createdAt: NOW, expireAt: NOW + DAY_MS },
  };
}
