/**
 * How long a session's token works, where, and what passes for one. Platform: the API in the test's process, on SQLite.
 */
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { decodeJwt, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createSessions } from '../api/auth/sessions.ts';
import { sha256 } from '../common/ids.ts';
import { DAY_MS } from '../common/limits.ts';
import { ownerUid } from '../common/owners.ts';
import { type ApiAnswer, type ApiWorld, inApiWorld } from './api-world.ts';

const test = suite('session tokens');
const HOUR_MS = 3_600_000;
const SHOP = 'https://cats.example';

test(
  'a token works for a day, and may be exchanged for another of the same session for six days more',
  inApiWorld(async world => {
    const { clock } = world;
    const key = await world.key('storefront');
    const first = await open(world, key);
    const session = decodeJwt(first).sub;
    await clock.advance(DAY_MS - 1_000);
    assert.is(await quota(world, first), 200);
    await clock.advance(1_000);
    assert.is(await quota(world, first), 401, 'after a day');

    await clock.advance(6 * DAY_MS - 1_000);
    const renewed = await open(world, first);
    assert.is(decodeJwt(renewed).sub, session);
    assert.is.not(renewed, first);
    assert.is(await quota(world, renewed), 200);
    assert.is(await quota(world, first), 401, 'the old one stays expired');
    await clock.advance(1_000);
    assert.equal(refusal(await world.call('POST /v1/sessions', { as: first })), [401, 'unauthorized'], 'after a week');
    assert.is(decodeJwt(await open(world, renewed)).sub, session, 'one that works may be exchanged, too');
  }),
);

test(
  'another token of the session sees the jobs of the first',
  inApiWorld(async world => {
    const token = await open(world, await world.key('storefront'));
    const answer = await world.submit({ as: token });
    assert.is(answer.status, 202);
    await world.clock.advance(2 * DAY_MS);
    const path = `GET /v1/jobs/${answer.body.id}`;
    assert.is((await world.call(path, { as: token })).status, 401);
    assert.is((await world.call(path, { as: await open(world, token) })).status, 200);
    assert.is((await world.call(path, { as: await open(world, await world.key('storefront')) })).status, 404);
  }),
);

test(
  'a renewed session is the same reader of Firestore, whether it is asked for at once or later',
  inApiWorld(
    async world => {
      const read = async (as: string, body?: object) => {
        const answer = await world.call<{ token: string; firestore?: { token: string } }>('POST /v1/sessions', {
          as,
          body,
        });
        assert.is(answer.status, 201);
        return answer.body;
      };
      const key = await world.key('storefront');
      const first = await read(key, { firestore: true });
      assert.match(first.firestore?.token ?? '', /^uid:[0-9a-z]{26}$/);
      assert.is((await read(first.token)).firestore, undefined);
      await world.clock.advance(3 * DAY_MS);
      assert.equal((await read(first.token, { firestore: true })).firestore, first.firestore);
      assert.is.not((await read(key, { firestore: true })).firestore?.token, first.firestore?.token);
    },
    { parts: { clientAccess: { firestore: async uid => ({ projectId: 'p', databaseId: 'd', token: `uid:${uid}` }) } } },
  ),
);

test(
  'a session ends within a minute of its key, and is not renewed then',
  inApiWorld(async world => {
    const key = await world.key('storefront');
    const token = await open(world, key);
    assert.is(await quota(world, token), 200);
    await world.revoke(key);
    await world.clock.advance(60_000);
    assert.is(await quota(world, token), 401);
    assert.is((await world.call('POST /v1/sessions', { as: token })).status, 401);
    assert.is((await world.call('POST /v1/sessions', { as: key })).status, 401);
  }),
);

test(
  'a session stays with the shop and the page that opened it, however often it is renewed',
  inApiWorld(async world => {
    await world.shop('default', { origins: [SHOP, 'https://dogs.example'] });
    const key = await world.key('storefront');
    const opened = await world.call('POST /v1/sessions', { as: key, origin: SHOP });
    let token = opened.body.token ?? '';
    for (let renewals = 0; renewals < 3; renewals++) {
      assert.is((await world.call('GET /v1/quota', { as: token, origin: SHOP })).status, 200);
      const elsewhere = { as: token, origin: 'https://dogs.example' };
      assert.equal(refusal(await world.call('GET /v1/quota', elsewhere)), [403, 'origin_not_allowed']);
      assert.equal(refusal(await world.call('POST /v1/sessions', elsewhere)), [403, 'origin_not_allowed']);
      await world.clock.advance(DAY_MS);
      assert.equal(refusal(await world.call('POST /v1/sessions', elsewhere)), [403, 'origin_not_allowed']);
      token = (await world.call('POST /v1/sessions', { as: token, origin: SHOP })).body.token ?? '';
    }
    assert.is(decodeJwt(token).origin, SHOP);
  }),
);

test(
  'what only resembles a token is refused, whatever it is made of',
  inApiWorld(async world => {
    const key = await world.key('storefront');
    const good = decodeJwt(await open(world, key));
    const { sessionSecret: secret } = world;
    const hs = (claims: JWTPayload, header: object = {}, by: Uint8Array = secret) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'HS256', ...header }).sign(by);
    assert.is(await quota(world, await hs(good)), 200, 'the corpus differs from this one in one thing each');
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const pem = Buffer.from(publicKey.export({ type: 'spki', format: 'pem' }));
    const without = (name: string) => Object.fromEntries(Object.entries(good).filter(([other]) => other !== name));
    const [head = '', body = '', mark = ''] = (await hs(good)).split('.');
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const now = world.clock.now() / 1_000;

    const corpus: { readonly [what: string]: string | Promise<string> } = {
      'alg none': new UnsecuredJWT(good).encode(),
      'alg none, spelled otherwise': `${part({ alg: 'nOnE' })}.${body}.`,
      'alg none over a signature': `${part({ alg: 'none' })}.${body}.${mark}`,
      'no alg': `${part({})}.${body}.${mark}`,
      'no signature': `${head}.${body}.`,
      'two parts': `${head}.${body}`,
      'five parts': `${head}.${body}.${mark}.${mark}.${mark}`,
      'another body': `${head}.${part({ ...good, customer: '7' })}.${mark}`,
      'a signature of zeros': `${head}.${body}.${'A'.repeat(43)}`,
      'a signature cut short': `${head}.${body}.${mark.slice(0, 40)}`,
      HS384: new SignJWT(good).setProtectedHeader({ alg: 'HS384' }).sign(secret),
      HS512: new SignJWT(good).setProtectedHeader({ alg: 'HS512' }).sign(secret),
      RS256: new SignJWT(good).setProtectedHeader({ alg: 'RS256' }).sign(privateKey),
      'HS256 with a public key': hs(good, {}, pem),
      'HS256 with that key of a jwk header': hs(good, { jwk: publicKey.export({ format: 'jwk' }) }, pem),
      'an empty secret': `${head}.${body}.${createHmac('sha256', '').update(`${head}.${body}`).digest('base64url')}`,
      'another secret': hs(good, {}, Buffer.alloc(32, 9)),
      'the secret as text': hs(good, {}, Buffer.from(Buffer.from(secret).toString('base64'))),
      'a kid': hs(good, { kid: '1' }),
      'a kid that is a path': hs(good, { kid: '../../../../dev/null' }),
      'a jku': hs(good, { jku: 'https://evil.example/keys.json' }),
      'an x5u': hs(good, { x5u: 'https://evil.example/cert.pem' }),
      'a critical header': hs(good, { crit: ['b64'], b64: true }),
      'another audience': hs({ ...good, aud: 'easel-tasks' }),
      'several audiences': hs({ ...good, aud: ['easel-session', 'other'] }),
      'another issuer': hs({ ...good, iss: 'https://securetoken.google.com/shop' }),
      'no exp': hs(without('exp')),
      'no iat': hs(without('iat')),
      'no iss': hs(without('iss')),
      'no aud': hs(without('aud')),
      'no sub': hs(without('sub')),
      'no shop': hs(without('shop')),
      'no grant': hs(without('grant')),
      'a longer life': hs({ ...good, exp: now + 10 * 86_400 }),
      'no end': hs({ ...good, exp: Number.MAX_SAFE_INTEGER }),
      'exp as text': hs({ ...good, exp: String(good.exp) as unknown as number }),
      'issued in the future': hs({ ...good, iat: now + 3_600, exp: now + 3_600 + 86_400 }),
      'not yet valid': hs({ ...good, nbf: now + 3_600 }),
      'a claim beyond ours': hs({ ...good, admin: true }),
      'a sub of another form': hs({ ...good, sub: 'job_00000000000000000000000000' }),
      'another shop than the key': hs({ ...good, shop: 'dogs' }),
      'a key that is not there': hs({ ...good, grant: sha256('pk_nothing') }),
      'a key of another kind': hs({ ...good, grant: sha256(await world.key('server')) }),
      'a Shopify connection that is not there': hs({ ...good, grant: 'shopify-00000000000000000000000000' }),
      'a huge one': hs({ ...good, customer: '7'.repeat(3_000) }),
      'JSON instead of base64url': `${JSON.stringify({ alg: 'HS256' })}.${JSON.stringify(good)}.${mark}`,
    };
    for (const [what, token] of Object.entries(corpus)) {
      for (const request of ['GET /v1/quota', 'POST /v1/sessions']) {
        const answer = await world.call(request, { as: await token });
        assert.equal(refusal(answer), [401, 'unauthorized'], `${what}: ${request}`);
        assert.is(answer.headers['www-authenticate'], 'Bearer', what);
      }
    }
    const enormous = await world.call('GET /v1/quota', { as: await hs({ ...good, customer: '7'.repeat(20_000) }) });
    assert.is(enormous.status, 431, 'what is no header any more');
  }),
);

test(
  'after a change of the secret, tokens of the former one are believed as long as it is named',
  inApiWorld(async ({ engine, sessionSecret: former }) => {
    const terms = { shop: 'default', grant: 'x' };
    const { token, session } = await createSessions({ ...engine, secret: former }).open(terms);
    const secret = new Uint8Array(32).fill(7);
    const changed = createSessions({ ...engine, secret, formerSecrets: [former] });
    assert.is((await changed.verify(token))?.session, session);
    const renewed = await changed.renew({ ...terms, session });
    const after = createSessions({ ...engine, secret });
    assert.is(await after.verify(token), undefined);
    assert.is((await after.verify(renewed.token))?.session, session);
  }),
);

test(
  'sessions of the same secret and clock agree, and differ in their ids',
  inApiWorld(async ({ engine, sessionSecret: secret, clock }) => {
    const sessions = createSessions({ ...engine, secret });
    const terms = { shop: 'default', grant: 'x', origin: SHOP, customer: '7' };
    const [one, two] = [await sessions.open(terms), await sessions.open(terms)];
    assert.is.not(one.session, two.session);
    const uid = ownerUid(engine.settings.idSecret, 'default', { customer: '7' });
    for (const asked of ['first', 'again']) {
      assert.equal(
        await sessions.verify(one.token),
        { ...terms, session: one.session, ownerUid: uid, expired: false, issuedAt: clock.now() },
        asked,
      );
    }
    assert.is(one.expiresAt, clock.now() + 24 * HOUR_MS);
  }),
);

test.run();

async function open(world: ApiWorld, as: string): Promise<string> {
  const { status, body } = await world.call('POST /v1/sessions', { as });
  assert.is(status, 201);
  return body.token ?? '';
}

async function quota(world: ApiWorld, as: string): Promise<number> {
  return (await world.call('GET /v1/quota', { as })).status;
}

function refusal({ status, body }: ApiAnswer): [number, string | undefined] {
  return [status, body.code];
}
