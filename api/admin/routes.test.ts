/**
 * Who reaches the operators' routes, with which scopes, and for how long. Platform: embedded, where the clock can be
 * moved; `tests/admin.test.ts` drives the routes on both.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { KeyScope } from '../../common/documents.ts';
import { sha256 } from '../../common/ids.ts';
import { KEY_SCOPES } from '../../common/keys.ts';
import { DEFAULT_MODEL } from '../../common/models.ts';
import { inApiWorld } from '../../tests/api-world.ts';
import { scopeOf } from '../route.ts';
import { ADMIN_ROUTES } from './routes.ts';

const test = suite("operators' routes");
/** As `api/auth` remembers keys. */
const KEY_REMEMBERED_MS = 30_000;

test(
  'nobody but an operator reaches any of them',
  inApiWorld(async world => {
    await world.shop('default');
    const storefront = await world.key('storefront');
    const opened = await world.call('POST /v1/sessions', { as: storefront });
    const callers = [
      [undefined, 401],
      ['ak_wrong', 401],
      [`ak_${'A'.repeat(43)}`, 401],
      [await world.key('admin', { revokedAt: 0 }), 401],
      [await world.key('server'), 403],
      [storefront, 403],
      [opened.body.token, 403],
    ] as const;
    for (const request of requests()) {
      for (const [as, status] of callers) {
        const answer = await world.call(request, as === undefined ? {} : { as });
        assert.is(answer.status, status, `${request} as ${as}`);
      }
    }
    assert.is(requests().length, ADMIN_ROUTES.length);
  }),
);

test(
  'an admin key with scopes gets through where they say, and nowhere else',
  inApiWorld(async world => {
    await world.shop('default');
    const keyOf = new Map<KeyScope, string>();
    for (const scope of KEY_SCOPES) keyOf.set(scope, await world.key('admin', { scopes: [scope] }));
    for (const [index, route] of ADMIN_ROUTES.entries()) {
      for (const [scope, as] of keyOf) {
        const { status, body } = await world.call(requests()[index] ?? '', { as });
        const refused = status === 403 && body.detail?.includes('scope') === true;
        assert.is(refused, scope !== scopeOf(route), `${route[0]} ${route[1]} with ${scope}: ${status}`);
      }
    }
  }),
);

test('what changes keys, shops, money or intake takes more than writing', () => {
  const manage = ADMIN_ROUTES.filter(route => scopeOf(route) === 'manage').map(([method, path]) => `${method} ${path}`);
  const changes = ADMIN_ROUTES.filter(([method]) => method !== 'get').map(([method, path]) => `${method} ${path}`);
  assert.equal(
    changes.filter(route => !manage.includes(route)),
    [
      'post /v1/admin/jobs/:id/retry',
      'post /v1/admin/jobs/:id/cancel',
      'post /v1/admin/jobs/:id/erase',
      'post /v1/admin/uploads/:id/draw',
      'post /v1/admin/queues/:name/pause',
      'post /v1/admin/queues/:name/resume',
      'post /v1/admin/bulk-actions/:id/abort',
      'post /v1/admin/styles/:id/try',
      'post /v1/admin/deliveries/:id/replay',
    ],
  );
  assert.equal(
    manage.filter(route => !changes.includes(route)),
    [],
  );
});

test(
  'a revoked key that was in use is refused once what is remembered of it is over, and an operator changes nothing before',
  inApiWorld(async world => {
    await world.shop('default');
    const [operator, leaving, server] = [await world.key('admin'), await world.key('admin'), await world.key('server')];
    const looks = async (as: string, path: string) => (await world.call(`GET ${path}`, { as })).status;
    assert.equal([await looks(leaving, '/v1/admin/stats'), await looks(server, '/v1/styles')], [200, 200]);
    for (const key of [leaving, server]) {
      const body = { reason: 'They left.' };
      assert.is((await world.call(`POST /v1/admin/keys/${sha256(key)}/revoke`, { as: operator, body })).status, 200);
    }
    for (const request of changes()) {
      const { status } = await world.call(request.name, { as: leaving, body: request.body });
      assert.is(status, 401, request.name);
    }
    await world.clock.advance(KEY_REMEMBERED_MS);
    assert.equal([await looks(leaving, '/v1/admin/stats'), await looks(server, '/v1/styles')], [401, 401]);
  }),
);

test.run();

/** Each route as a call of it, in the order of the table. */
function requests(): string[] {
  return ADMIN_ROUTES.map(([method, path]) => {
    const filled = path
      .replace('/keys/:id', `/keys/${'0'.repeat(64)}`)
      .replace('/jobs/:id', `/jobs/job_${'0'.repeat(26)}`)
      .replace('/bulk-actions/:id', `/bulk-actions/blk_${'0'.repeat(26)}`)
      .replace('/styles/:id', '/styles/charcoal')
      .replace('/models/:id', `/models/${DEFAULT_MODEL}`)
      .replace(':id', 'default')
      .replace(':name', 'bulk');
    return `${method.toUpperCase()} ${filled}`;
  });
}

/** Every call that would change something, as it would be taken of an operator. */
function changes(): { name: string; body?: object }[] {
  const until = new Date(Date.UTC(2026, 10, 23, 13)).toISOString();
  const bodies: { readonly [route: string]: object } = {
    'POST /v1/admin/keys': { kind: 'admin', label: 'mine' },
    'POST /v1/admin/shops': { id: 'mine', name: 'Mine' },
    'PATCH /v1/admin/shops/default': { name: 'Mine' },
    'POST /v1/admin/styles': { id: 'mine', label: 'Mine', prompt: 'Draw it as I would do it.' },
    'POST /v1/admin/costs/rebuild': { from: '2026-11-23', reason: 'x' },
    'PUT /v1/admin/styles/order': { ids: ['charcoal'] },
    'PUT /v1/admin/budget/override': { usd: 1, until, reason: 'x' },
    [`PUT /v1/admin/models/${DEFAULT_MODEL}/hold`]: { until, reason: 'x' },
    'POST /v1/admin/bulk-actions': { action: 'cancel', filter: { status: 'queued' }, reason: 'x' },
    'PUT /v1/admin/ceiling': { slots: 1, until, reason: 'x' },
  };
  const changing = requests().filter(name => !name.startsWith('GET'));
  return changing.map(name => (name.startsWith('DELETE') ? { name } : { name, body: bodies[name] ?? { reason: 'x' } }));
}
