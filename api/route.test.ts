import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inApiWorld } from '../tests/api-world.ts';
import { ROUTES } from './app.ts';
import { checkRoutes, type Route, scopeOf } from './route.ts';

const test = suite('routes');
const handler = async () => {};

test('looking takes the scope read, everything else write, unless the route says otherwise', () => {
  const scope = (...route: Route) => scopeOf(route);
  assert.is(scope('get', '/x', ['server'], handler), 'read');
  for (const method of ['post', 'put', 'patch', 'delete'] as const) {
    assert.is(scope(method, '/x', ['server'], handler), 'write');
    assert.is(scope(method, '/x', ['server'], handler, 'manage'), 'manage');
  }
});

test('a route that does not say whom it serves is named, and so is one that is there twice', () => {
  checkRoutes(ROUTES);
  for (const audience of [undefined, null, [], '', 'everybody', {}]) {
    const undeclared = ['get', '/x', audience, handler] as unknown as Route;
    assert.throws(() => checkRoutes([...ROUTES, undeclared]), /Routes: GET \/x does not say whom it serves/);
  }
  const [first] = ROUTES;
  if (!first) throw new Error('there are no routes');
  assert.throws(() => checkRoutes([...ROUTES, first]), /Routes: POST \/v1\/sessions is there twice/);
});

test('the API does not start with such a route', async () => {
  const undeclared = ['get', '/v1/secrets', undefined, handler] as unknown as Route;
  const start = inApiWorld(async () => assert.unreachable('it started'), { routes: [...ROUTES, undeclared] });
  await start().then(
    () => assert.unreachable('it started'),
    (error: Error) => assert.is(error.message, 'Routes: GET /v1/secrets does not say whom it serves'),
  );
});

test.run();
