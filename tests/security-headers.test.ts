/**
 * What every answer says to browsers, and what a client writes into its headers that must not come back. Platform: the API
 * in the test's process, on SQLite.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ROUTES } from '../api/app.ts';
import { type ApiAnswer, type ApiWorld, inApiWorld } from './api-world.ts';

const test = suite('security headers');
const PAGES = ['GET /docs', 'GET /admin'];
/** The only ones that set a cookie: an operator's browser signs in and out. */
const COOKIES = ['POST /v1/admin/session', 'DELETE /v1/admin/session'];

test(
  'every answer forbids what nobody needs, refusals and unknown paths included',
  inApiWorld(async world => {
    for (const [request, { headers }] of await answers(world)) {
      assert.is(headers['x-content-type-options'], 'nosniff', request);
      assert.is(headers['referrer-policy'], 'no-referrer', request);
      const policy = String(headers['content-security-policy']);
      assert.match(policy, "default-src 'none'", request);
      assert.not.match(policy, /unsafe|\*/, request);
      const isObject = request.includes('/objects/');
      assert.match(policy, isObject ? 'sandbox' : "frame-ancestors 'none'", request);
      if (!isObject && !PAGES.includes(request)) assert.not.match(policy, 'script-src', request);
      const isForPages = isObject || request === 'GET /easel-portrait/ink-wash.webp';
      assert.is(headers['cross-origin-resource-policy'], isForPages ? 'cross-origin' : 'same-origin', request);
      assert.is(headers['strict-transport-security'], undefined, `${request}: not without https`);
      assert.ok(headers['request-id'], request);
      if (!COOKIES.includes(request)) assert.is(headers['set-cookie'], undefined, request);
      for (const told of ['server', 'x-powered-by']) assert.is(headers[told], undefined, request);
    }
  }),
);

test(
  'where clients come by https, they are told to come by nothing else',
  inApiWorld(
    async world => {
      for (const [request, { headers }] of await answers(world)) {
        assert.is(headers['strict-transport-security'], 'max-age=31536000', request);
      }
    },
    { parts: { publicUrl: 'https://easel.example' } },
  ),
);

test(
  'no header with which a client names the host comes back in any answer',
  inApiWorld(async world => {
    const evil = 'evil-host.example';
    const poison = {
      Host: evil,
      'X-Forwarded-Host': evil,
      'X-Forwarded-Proto': 'javascript',
      'X-Original-URL': `https://${evil}/`,
      'X-Rewrite-URL': `https://${evil}/`,
      Forwarded: `host=${evil}`,
      Referer: `https://${evil}/`,
      Origin: `https://${evil}`,
    };
    for (const host of [evil, `localhost@${evil}`, `${evil}:80`]) {
      for (const [request, { headers, text }] of await answers(world, { ...poison, Host: host })) {
        assert.not.match(JSON.stringify(headers) + text, evil, `${request} at ${host}`);
      }
    }
  }),
);

test.run();

async function answers(world: ApiWorld, headers = {}): Promise<[string, ApiAnswer][]> {
  const routes = ROUTES.map(([method, path]) => `${method.toUpperCase()} ${path.replace(/:\w+/g, 'x')}`);
  const requests = [
    ...routes,
    'GET /nothing',
    'PUT /v1/jobs',
    'OPTIONS /v1/jobs',
    'GET /objects/x',
    'GET /docs/',
    '/docs/docs.js',
    '/easel-portrait/ink-wash.webp',
  ];
  const keys = [undefined, await world.key('server'), await world.key('admin')];
  const all: [string, ApiAnswer][] = [];
  for (const request of requests) {
    const named = request.startsWith('/') ? `GET ${request}` : request;
    for (const as of keys) all.push([named, await world.call(named, { headers, ...(as === undefined ? {} : { as }) })]);
  }
  return all;
}
