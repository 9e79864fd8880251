/**
 * Operators' requests that are wrong. Platform: embedded alone, for no request here gets as far as the platform.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Body, inAnHour, operatorOf, pointers } from './as-operator.ts';
import { withService } from './service.ts';

const test = suite('operators, bad input');
const SECRET = 'shpss_0123456789abcdef0123456789abcdef';

test(
  'whatever is wrong with a request is named, and nothing comes of it',
  withService(async service => {
    const operator = await operatorOf(service);
    const until = inAnHour();
    const key = { kind: 'server', label: 'x' };
    const shop = { id: 'pets', name: 'Pets' };
    const shopify = { domain: 'pets.myshopify.com', secret: SECRET };
    const cases: readonly (readonly [request: string, body: unknown, pointer: string])[] = [
      ['POST /v1/admin/keys', { ...key, kind: 'owner' }, '/kind'],
      ['POST /v1/admin/keys', { kind: 'server' }, '/label'],
      ['POST /v1/admin/keys', { ...key, label: 'two\nlines' }, '/label'],
      ['POST /v1/admin/keys', { ...key, label: 'x'.repeat(81) }, '/label'],
      ['POST /v1/admin/keys', { ...key, key: 'sk_mine' }, '/key'],
      ['POST /v1/admin/keys', { ...key, scopes: ['manage'] }, '/scopes'],
      ['POST /v1/admin/keys', { ...key, scopes: [] }, '/scopes'],
      ['POST /v1/admin/keys', { ...key, origins: ['https://a.example'] }, '/origins'],
      ['POST /v1/admin/keys', { ...key, quotaPerDay: { named: -1 } }, '/quotaPerDay/named'],
      ['POST /v1/admin/keys', { ...key, quotaPerDay: { all: 1 } }, '/quotaPerDay/all'],
      ['POST /v1/admin/keys', { ...key, kind: 'admin', shop: 'default' }, '/shop'],
      ['POST /v1/admin/keys', { ...key, kind: 'admin', quotaPerDay: { named: 1 } }, '/quotaPerDay'],
      ['POST /v1/admin/keys', { ...key, kind: 'storefront', scopes: ['read'] }, '/scopes'],
      ['POST /v1/admin/keys/nothing/revoke', {}, '/reason'],
      ['POST /v1/admin/keys/nothing/revoke', { reason: '   ' }, '/reason'],
      ['POST /v1/admin/keys/nothing/revoke', { reason: `It was sk_${'x'.repeat(43)}.` }, '/reason'],
      ['POST /v1/admin/shops', { ...shop, id: 'Pets' }, '/id'],
      ['POST /v1/admin/shops', { ...shop, origins: ['https://*.example'] }, '/origins/0'],
      ['POST /v1/admin/shops', { ...shop, origins: ['https://a.example/'] }, '/origins/0'],
      ['POST /v1/admin/shops', { ...shop, origins: ['https://a.example', 'https://a.example'] }, '/origins'],
      ['POST /v1/admin/shops', { ...shop, budgetUsdPerDay: -1 }, '/budgetUsdPerDay'],
      ['POST /v1/admin/shops', { ...shop, budgetUsdPerDay: '10' }, '/budgetUsdPerDay'],
      ['POST /v1/admin/shops', { ...shop, quotaPerDay: { named: 1.5 } }, '/quotaPerDay/named'],
      ['POST /v1/admin/shops', { ...shop, shopify: { ...shopify, domain: 'evil-myshopify.com' } }, '/shopify/domain'],
      ['POST /v1/admin/shops', { ...shop, shopify: { ...shopify, secret: 'short' } }, '/shopify/secret'],
      ['POST /v1/admin/shops', { ...shop, shopify: { domain: shopify.domain } }, '/shopify'],
      ['POST /v1/admin/shops', { ...shop, createdAt: 0 }, '/createdAt'],
      ['PATCH /v1/admin/shops/default', { id: 'other' }, '/id'],
      ['PATCH /v1/admin/shops/default', { name: null }, '/name'],
      ['PATCH /v1/admin/shops/default', { origins: null }, '/origins'],
      ['PUT /v1/admin/budget/override', { usd: 20, reason: 'x' }, '/until'],
      ['PUT /v1/admin/budget/override', { usd: 20, until }, '/reason'],
      ['PUT /v1/admin/budget/override', { usd: 'all', until, reason: 'x' }, '/usd'],
      ['PUT /v1/admin/budget/override', { usd: 20, until: 'tomorrow', reason: 'x' }, '/until'],
      ['PUT /v1/admin/intake', { message: 'Closed.' }, '/reason'],
      ['PUT /v1/admin/intake', { reason: 'x', message: '' }, '/message'],
      ['PUT /v1/admin/intake', { reason: 'x', until: '2020-01-01T00:00:00Z' }, '/until'],
      ['POST /v1/admin/queues/bulk/pause', {}, '/reason'],
      ['POST /v1/admin/queues/bulk/resume', { until }, '/until'],
      ['GET /v1/admin/keys?limit=0', undefined, '/limit'],
      ['GET /v1/admin/audit?limit=101', undefined, '/limit'],
      ['GET /v1/admin/audit?action=nothing', undefined, '/action'],
      ['GET /v1/admin/shops?shop=default', undefined, '/shop'],
      ['GET /v1/admin/budget?shop=No!', undefined, '/shop'],
      ['DELETE /v1/admin/intake?until=now', undefined, '/until'],
    ];
    for (const [request, body, pointer] of cases) {
      const answer = await operator(request, body as Body);
      assert.equal([request, body, ...pointers(answer)], [request, body, 400, pointer]);
      assert.is(answer.headers.get('cache-control'), 'no-store');
    }
    const { admin } = await service.keys();
    const raw = (body: string, type = 'application/json') =>
      service.call('PUT', '/v1/admin/intake', { key: admin, headers: { 'Content-Type': type }, body });
    for (const body of ['{', '[]', 'null', '"x"']) assert.is((await raw(body)).body.code, 'body_invalid', body);
    assert.is((await raw('{"reason":"x"}', 'text/plain')).status, 415, 'what a form of another page could send');
    assert.is((await raw(`{"reason":"${'x'.repeat(300_000)}"}`)).status, 413);
    assert.equal((await operator('GET /v1/admin/audit')).body.entries, []);
    assert.is((await operator('GET /v1/admin/keys')).body.keys.length, 3);
    assert.equal((await operator('GET /v1/admin/intake')).body as unknown, { open: true });
  }),
);

test.run();
