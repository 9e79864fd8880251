/**
 * Everybody who may come to the API, for the matrix of routes and callers: how they come, and as what.
 */

import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import * as assert from 'uvu/assert';
import type { CallerKind } from '../api/auth/caller.ts';
import type { KeyScope } from '../common/documents.ts';
import { DAY_MS } from '../common/limits.ts';
import type { ApiWorld } from './api-world.ts';
import { CONNECTION, signedMessage, signedQuery } from './doubles/app-proxy.ts';

export interface MatrixCaller {
  /** Undefined for who has nothing that is worth anything. */
  readonly kind?: CallerKind;
  /** What the key may do; absent = all that its kind may. */
  readonly scopes?: readonly KeyScope[];
  readonly as?: string;
  /** What Shopify adds to the address, signed anew for each call. */
  readonly query?: () => string;
  /** What Shopify adds to a message of that body. */
  readonly headers?: (body: string) => { readonly [name: string]: string };
  /** The job that is this caller's own, and one that is not. Absent for who has none. */
  readonly jobs?: Belongings;
  /** The same for batches. */
  readonly batches?: Belongings;
}

interface Belongings {
  readonly own: string;
  readonly other?: string;
}

/** Two shops with their keys, sessions and a job and a batch each. It is seven days later afterwards. */
export async function matrixCallers(world: ApiWorld): Promise<{ readonly [name: string]: MatrixCaller }> {
  await world.shop('cats', { shopify: CONNECTION });
  await world.shop('dogs');
  const key = (kind: 'server' | 'storefront' | 'admin', shop: string, ...scopes: KeyScope[]) =>
    world.key(kind, { shop, ...(scopes.length > 0 ? { scopes } : {}) });
  const storefront = await key('storefront', 'cats');
  const dogsStorefront = await key('storefront', 'dogs');
  const expired = await open(world, storefront);
  await world.clock.advance(6 * DAY_MS);
  const expiredLately = await open(world, storefront);
  await world.clock.advance(DAY_MS + 1_000);
  const [session, sibling] = [await open(world, storefront), await open(world, storefront)];
  const dogsSession = await open(world, dogsStorefront);
  const [mine, theirs, dogs] = [await job(world, session), await job(world, sibling), await job(world, dogsSession)];
  const [myBatch, theirBatch] = [await batch(world, session), await batch(world, sibling)];
  const dogsBatch = await batch(world, dogsSession);
  const of = {
    me: { jobs: { own: mine, other: theirs }, batches: { own: myBatch, other: theirBatch } },
    sibling: { jobs: { own: theirs, other: mine }, batches: { own: theirBatch, other: myBatch } },
    dogs: { jobs: { own: dogs, other: mine }, batches: { own: dogsBatch, other: myBatch } },
    cats: { jobs: { own: mine, other: dogs }, batches: { own: myBatch, other: dogsBatch } },
    all: { jobs: { own: mine }, batches: { own: myBatch } },
  };
  const revoked = await key('server', 'cats');
  await world.revoke(revoked);
  return {
    'no key': {},
    nonsense: { as: 'nonsense' },
    'a key that is not there': { as: `sk_${'A'.repeat(43)}` },
    'a revoked key': { as: revoked },
    'a session of last week': { as: expired },
    'a token of the task queue': { as: await taskToken(world) },
    'an expired session': { kind: 'expired session', as: expiredLately },
    'a storefront key': { kind: 'storefront', as: storefront },
    'a session': { kind: 'session', as: session, ...of.me },
    'another session of the shop': { kind: 'session', as: sibling, ...of.sibling },
    'a session of another shop': { kind: 'session', as: dogsSession, ...of.dogs },
    'Shopify, signed': { kind: 'shopify', query: () => signedQuery({ now: world.clock.now() }) },
    'a message of Shopify': { kind: 'shopify webhook', headers: signedMessage },
    'a server key': { kind: 'server', as: await key('server', 'cats'), ...of.cats },
    'a server key of another shop': {
      kind: 'server',
      as: await key('server', 'dogs'),
      ...of.dogs,
    },
    'a server key that may read': {
      ...{ kind: 'server', scopes: ['read'], as: await key('server', 'cats', 'read') },
      ...of.cats,
    },
    'an admin key': { kind: 'admin', as: await key('admin', 'default'), ...of.all },
    'an admin key that may read': {
      ...{ kind: 'admin', scopes: ['read'], as: await key('admin', 'default', 'read') },
      ...of.all,
    },
    'an admin key that may not manage': {
      ...{ kind: 'admin', scopes: ['read', 'write'], as: await key('admin', 'default', 'read', 'write') },
      ...of.all,
    },
  };
}

async function open(world: ApiWorld, as: string): Promise<string> {
  const { status, body } = await world.call('POST /v1/sessions', { as });
  assert.is(status, 201);
  return body.token ?? '';
}

async function job(world: ApiWorld, as: string): Promise<string> {
  const { status, body } = await world.submit({ as });
  assert.is(status, 202);
  return body.id;
}

async function batch(world: ApiWorld, as: string): Promise<string> {
  const { status, body } = await world.submitBatch({ as });
  assert.is(status, 202);
  return body.id;
}

/** As Cloud Tasks brings one to the worker. */
function taskToken({ clock }: ApiWorld): Promise<string> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const now = clock.now() / 1_000;
  return new SignJWT({ email: 'tasks@easel.iam.gserviceaccount.com', email_verified: true })
    .setProtectedHeader({ alg: 'RS256', kid: '1', typ: 'JWT' })
    .setIssuer('https://accounts.google.com')
    .setAudience('https://worker.example')
    .setSubject('1')
    .setIssuedAt(now)
    .setExpirationTime(now + 3_600)
    .sign(privateKey);
}
