/**
 * Keys and shops in operators' hands, over HTTP, and what comes of it for everybody else. Platforms: embedded, and google
 * through `tests/google/admin.emulator.ts`.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Any, type Body, operatorOf, pointers } from './as-operator.ts';
import { jsonOf } from './operator-calls.ts';
import { withService } from './service.ts';
import { PLATFORM } from './service-processes.ts';

const test = suite('operators, keys and shops');
const SECRET = 'shpss_0123456789abcdef0123456789abcdef';

test(
  'a key that was made works at once, does what its scopes say, and is refused when it is revoked',
  withService(async service => {
    const operator = await operatorOf(service);
    const made = await operator('POST /v1/admin/keys', { kind: 'server', label: 'Order desk', scopes: ['read'] });
    assert.equal([made.status, made.headers.get('cache-control')], [201, 'no-store']);
    assert.match(made.body.key, /^sk_[\w-]{43}$/);
    assert.is(made.body.ending, made.body.key.slice(-4));
    const { key, id } = made.body;
    assert.is((await service.call('GET', '/v1/styles', { key })).status, 200);
    const submitted = await service.submit({ style: 'charcoal' }, { key });
    assert.equal([submitted.status, submitted.body.code], [403, 'forbidden'], 'it may only read');

    const listed = await operator('GET /v1/admin/keys?shop=default');
    assert.is(listed.body.keys[0]?.label, 'Order desk');
    assert.is(listed.body.keys.length, 4, 'three keys of the first start');
    assert.is(JSON.stringify(listed.body).includes(key), false);

    const other = await operator('POST /v1/admin/keys', { kind: 'server', label: 'Never used' });
    const revoke = (of: string) => operator(`POST /v1/admin/keys/${of}/revoke`, { reason: 'It stood in a log.' });
    const revoked = await revoke(other.body.id);
    assert.ok(revoked.body.revokedAt);
    assert.equal((await revoke(other.body.id)).body, revoked.body, 'revoking again changes nothing');
    assert.is((await service.call('GET', '/v1/styles', { key: other.body.key })).status, 401);
    for (const missing of ['0'.repeat(64), 'nonsense', other.body.key]) assert.is((await revoke(missing)).status, 404);
    assert.is((await revoke(id)).status, 200);
  }),
);

test(
  'an admin key that is revoked changes nothing from that moment on, and the last one stays',
  withService(async service => {
    const operator = await operatorOf(service);
    const second = await operator('POST /v1/admin/keys', { kind: 'admin', label: 'Night shift' });
    const { key, id } = second.body;
    // The process knows it by now, and will remember it for half a minute.
    assert.is((await service.call('GET', '/v1/admin/stats', { key })).status, 200);
    assert.is((await operator(`POST /v1/admin/keys/${id}/revoke`, { reason: 'They left.' })).status, 200);
    const late = await service.call('PUT', '/v1/admin/intake', { key, ...jsonOf({ reason: 'revenge' }) });
    assert.equal([late.status, late.body.code], [401, 'unauthorized']);
    const keys = (await operator('GET /v1/admin/keys')).body.keys;
    const admins = keys.filter(found => 'kind' in found && found.kind === 'admin' && !found.revokedAt);
    assert.is(admins.length, 1);
    const last = await operator(`POST /v1/admin/keys/${admins[0]?.id}/revoke`, { reason: 'x' });
    assert.equal([last.status, last.body.code], [409, 'last_admin_key']);
    assert.is((await operator('GET /v1/admin/stats')).status, 200);
  }),
);

test(
  'nobody makes an admin key with more scopes than their own',
  withService(async service => {
    const operator = await operatorOf(service);
    const few = await operator('POST /v1/admin/keys', { kind: 'admin', label: 'Few', scopes: ['read', 'manage'] });
    const make = (wish: Body) =>
      service.call<Any>('POST', '/v1/admin/keys', {
        key: few.body.key,
        ...jsonOf({ kind: 'admin', label: 'x', ...wish }),
      });
    for (const wish of [{}, { scopes: ['write'] }, { scopes: ['read', 'write', 'manage'] }]) {
      const answer = await make(wish);
      assert.equal([answer.status, answer.body.code], [403, 'forbidden'], JSON.stringify(wish));
    }
    assert.is((await make({ scopes: ['manage'] })).status, 201);
    assert.is((await make({ kind: 'server' })).status, 201);
  }),
);

test(
  'a shop is made, shown and changed, and its origins decide where its keys work',
  withService(async service => {
    const operator = await operatorOf(service);
    const origins = ['https://pets.example', 'https://other.example'];
    const made = await operator('POST /v1/admin/shops', { id: 'pets', name: 'Pets', origins, budgetUsdPerDay: 4.5 });
    assert.equal([made.status, made.headers.get('location')], [201, '/v1/admin/shops/pets']);
    const again = await operator('POST /v1/admin/shops', { id: 'pets', name: 'Pets' });
    assert.equal([again.status, again.body.code], [409, 'shop_exists']);

    const wish = { kind: 'storefront', label: 'Theme', shop: 'pets', origins: ['https://pets.example'] };
    const { key } = (await operator('POST /v1/admin/keys', wish)).body;
    assert.is((await service.call('POST', '/v1/sessions', { key })).status, 201);
    const elsewhere = await operator('POST /v1/admin/keys', { ...wish, origins: ['https://evil.example'] });
    assert.equal(pointers(elsewhere), [400, '/origins']);
    assert.equal(pointers(await operator('POST /v1/admin/keys', { ...wish, shop: 'none' })), [400, '/shop']);

    const patch = { freePrompts: true, budgetUsdPerDay: null, quotaPerDay: { named: 5 } };
    const changed = await operator('PATCH /v1/admin/shops/pets', patch);
    const { createdAt, updatedAt, ...shop } = changed.body as unknown as Body;
    const kept = { freePrompts: true, release: 'open', quotaPerDay: { named: 5 }, webhookSecret: 'not set' };
    assert.equal(shop, { id: 'pets', name: 'Pets', origins, ...kept });
    assert.equal((await operator('GET /v1/admin/shops/pets')).body, changed.body);
    const ids = (await operator('GET /v1/admin/shops')).body as unknown as { shops: { id: string }[] };
    assert.equal(
      ids.shops.map(({ id }) => id),
      ['default', 'pets'],
    );
    for (const id of ['none', 'Pets', '..%2fdefault']) {
      assert.is((await operator(`GET /v1/admin/shops/${id}`)).status, 404, id);
      assert.is((await operator(`PATCH /v1/admin/shops/${id}`, { name: 'x' })).status, 404, id);
    }
    const first = (await operator('GET /v1/admin/shops/default')).body as unknown as Body;
    assert.equal([first.freePrompts, first.origins], [PLATFORM === 'embedded', []]);
  }),
);

test(
  'the audit tells who did what and why, newest first, page by page and by filter',
  withService(async service => {
    const operator = await operatorOf(service);
    const { body: made } = await operator('POST /v1/admin/keys', { kind: 'admin', label: 'Night shift' });
    const night = { key: made.key };
    const reason = 'The printer is broken.';
    await service.call('PUT', '/v1/admin/intake', { ...night, ...jsonOf({ reason }) });
    await service.call('DELETE', '/v1/admin/intake?reason=mended', night);
    await service.call('DELETE', '/v1/admin/intake?reason=again', night);
    const entries = async (query = '') => (await operator(`GET /v1/admin/audit${query}`)).body;
    const all = (await entries()).entries.map(({ action, target, actor, reason: why }) => [action, target, actor, why]);
    const actor = `${made.id.slice(0, 8)} Night shift`;
    assert.equal(all.slice(0, 2), [
      ['intake.open', 'intake', actor, 'mended'],
      ['intake.close', 'intake', actor, reason],
    ]);
    assert.equal([all.length, all[2]?.[0], all[2]?.[1]], [3, 'key.create', `keys/${made.id}`]);
    assert.is((await entries('?action=intake.close')).entries.length, 1);
    assert.is((await entries('?target=intake')).entries.length, 2);
    const first = await entries('?limit=2');
    const second = await entries(`?limit=2&cursor=${first.nextCursor}`);
    assert.equal([...first.entries, ...second.entries], (await entries()).entries);
    assert.equal(pointers(await operator('GET /v1/admin/audit?action=intake.close&target=intake')), [400, '/target']);
    assert.equal(pointers(await operator(`GET /v1/admin/keys?cursor=${first.nextCursor}`)), [400, '/cursor']);
  }),
);

test(
  'keys and secrets are in no answer, entry or log, and a key is in no file',
  withService(async service => {
    const operator = await operatorOf(service);
    const seen: string[] = [];
    const note = async (request: string, body?: Body) => {
      const answer = await operator(request, body);
      seen.push(JSON.stringify(answer.body), JSON.stringify([...answer.headers]));
      return answer.body;
    };
    const made = (await operator('POST /v1/admin/keys', { kind: 'server', label: 'Canary' })).body;
    const shopify = { domain: 'pets.myshopify.com', secret: SECRET };
    await note('POST /v1/admin/shops', { id: 'pets', name: 'Pets', shopify });
    await note('PATCH /v1/admin/shops/pets', { shopify: { secret: `${SECRET}2` } });
    await note('PATCH /v1/admin/shops/pets', { shopify: { secret: `${SECRET} 3` } });
    await note('POST /v1/admin/shops', { id: 'second', name: 'Second', shopify });
    await note('POST /v1/admin/shops', { id: 'pets', name: 'Pets', shopify, secret: SECRET });
    await note(`POST /v1/admin/keys/${made.key}/revoke`, { reason: 'the key where its id belongs' });
    const lists = ['keys', 'shops', 'shops/pets', 'audit', 'stats', 'queues', 'budget', 'intake'];
    for (const list of lists) await note(`GET /v1/admin/${list}`);
    await note(`POST /v1/admin/keys/${made.id}/revoke`, { reason: 'done' });
    assert.match(seen.join(''), '"secret":"set"');
    for (const canary of [SECRET, made.key, made.key.slice(3)]) {
      assert.is(seen.join('').includes(canary), false, 'in an answer');
      assert.is(service.output().includes(canary), false, 'in the log');
    }
    assert.is(await holdsText(service.directory, made.key.slice(3)), false, 'in a file');
  }),
);

test.run();

/** Whether any file below the folder has the text in its bytes. */
async function holdsText(folder: string, text: string): Promise<boolean> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  const bytes = await Promise.all(files.map(file => readFile(file)));
  return bytes.some(content => content.includes(text));
}
