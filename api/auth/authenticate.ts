/**
 * Finds out who is asking, from the Authorization header, from a query that Shopify has signed or from the cookie of the
 * console, and lets only those through whom the route names, whose key may do it, and who ask from a page that may.
 */
import type { Context, Middleware } from 'koa';
import type { Clock } from '../../common/clock.ts';
import type { KeyScope } from '../../common/documents.ts';
import { ProblemError } from '../../common/errors.ts';
import { pseudonym, sha256 } from '../../common/ids.ts';
import { looksLikeKey, mayUse } from '../../common/keys.ts';
import type { Settings } from '../../common/settings.ts';
import { SHOPIFY_DOMAIN } from '../../common/shops.ts';
import { readBody } from '../read-body.ts';
import { askingPage, mayChange } from './asking-page.ts';
import type { Caller, CallerKind } from './caller.ts';
import type { ConsoleSessions } from './console-sessions.ts';
import type { ErasedCustomers } from './erased-customers.ts';
import type { KnownKeys } from './known-keys.ts';
import type { ConnectedShop, KnownShops } from './known-shops.ts';
import type { Origins } from './origins.ts';
import type { Sessions } from './sessions.ts';
import { isSignedMessage } from './shopify-message.ts';
import { parametersOf, shopDomainOf, signedCustomer } from './shopify-signature.ts';

/** Of what Shopify tells, which is judged by its bytes. */
const MESSAGE_BYTES_MAX = 2 ** 20;

export interface Authentication {
  readonly sessions: Sessions;
  readonly consoleSessions: ConsoleSessions;
  readonly keys: KnownKeys;
  readonly shops: KnownShops;
  readonly origins: Origins;
  readonly erased: ErasedCustomers;
  readonly settings: Pick<Settings, 'idSecret'>;
  readonly clock: Clock;
}

/** Makes a middleware for a route from the kinds of caller it serves; the caller is then `ctx.state.caller`. */
export function createAuthenticate(
  parts: Authentication,
): (audience: readonly CallerKind[], scope: KeyScope) => Middleware {
  const find = findCaller(parts);
  return (audience, scope) => async (ctx, next) => {
    const caller = await find(ctx, audience);
    if (!caller || (caller.kind === 'expired session' && !audience.includes(caller.kind))) throw unauthorized();
    if (!audience.includes(caller.kind)) throw new ProblemError('forbidden');
    if ('key' in caller && caller.key && !mayUse(caller.key, scope)) {
      throw new ProblemError('forbidden', { detail: `This key may not do that: it lacks the scope "${scope}".` });
    }
    const changesByCookie = 'signedInUntil' in caller && ctx.method !== 'GET' && ctx.method !== 'HEAD';
    if (changesByCookie && !mayChange(ctx.req)) throw new ProblemError('origin_not_allowed');
    if (!(await parts.origins.mayAsk(ctx.req, caller))) throw new ProblemError('origin_not_allowed');
    ctx.state.caller = caller;
    await next();
  };
}

/** The header counts where there is one: a call has one credential, and a query beside it is none. */
function findCaller(
  parts: Authentication,
): (ctx: Context, audience: readonly CallerKind[]) => Promise<Caller | undefined> {
  return async (ctx, audience) => {
    if (ctx.headers.authorization === undefined && ctx.querystring !== '' && audience.includes('shopify')) {
      return shopifyCaller(parts, ctx.querystring);
    }
    if (ctx.headers.authorization === undefined && ctx.headers.cookie !== undefined && audience.includes('admin')) {
      return consoleCaller(parts, ctx);
    }
    if (ctx.headers.authorization === undefined && audience.includes('shopify webhook')) {
      return messageOfShopify(parts, ctx);
    }
    const token = bearer(ctx);
    if (token === undefined) return undefined;
    return looksLikeKey(token) ? keyCaller(parts, token) : sessionCaller(parts, token);
  };
}

function bearer(ctx: Context): string | undefined {
  return /^Bearer ([\x21-\x7e]{1,4096})$/i.exec(ctx.get('Authorization').trim())?.[1];
}

async function keyCaller({ keys }: Authentication, text: string): Promise<Caller | undefined> {
  const key = await keys.find(sha256(text));
  if (!key) return undefined;
  const { kind, shop } = key;
  return kind === 'admin' ? { kind, key } : { kind, shop, key };
}

/** A browser that signed in, as long as its key stands; made to ask by another page, it is nobody. */
async function consoleCaller({ consoleSessions, keys }: Authentication, ctx: Context): Promise<Caller | undefined> {
  if (askingPage(ctx.req) === 'another') return undefined;
  const session = await consoleSessions.read(ctx.req);
  const key = session && (await keys.find(session.grant));
  return key?.kind === 'admin' ? { kind: 'admin', key, signedInUntil: session?.expiresAt ?? 0 } : undefined;
}

async function sessionCaller(parts: Authentication, token: string): Promise<Caller | undefined> {
  const verified = await parts.sessions.verify(token);
  if (!verified) return undefined;
  const { expired, issuedAt, ...session } = verified;
  if (session.customer !== undefined) {
    if (issuedAt <= (await parts.erased.since(session.ownerUid))) return undefined;
  }
  const kind = expired ? 'expired session' : 'session';
  const key = await parts.keys.find(session.grant);
  if (key) return key.kind === 'storefront' && key.shop === session.shop ? { kind, ...session, key } : undefined;
  const shop = await parts.shops.find(session.shop);
  return shop?.shopify && connectionOf(shop as ConnectedShop, parts.settings) === session.grant
    ? { kind, ...session }
    : undefined;
}

async function shopifyCaller(parts: Authentication, query: string): Promise<Caller> {
  const parameters = parametersOf(query);
  const domain = shopDomainOf(parameters);
  const shop = domain === undefined ? undefined : await parts.shops.ofDomain(domain);
  const customer = shop && signedCustomer(parameters, shop.shopify, parts.clock.now());
  if (!shop || customer === undefined) throw unauthorized('signature_invalid');
  return { kind: 'shopify', shop: shop.id, customer, grant: connectionOf(shop, parts.settings) };
}

async function messageOfShopify({ shops }: Authentication, ctx: Context): Promise<Caller> {
  const body = await readBody(ctx.req, MESSAGE_BYTES_MAX);
  const domain = ctx.get('X-Shopify-Shop-Domain');
  const shop = SHOPIFY_DOMAIN.test(domain) ? await shops.ofDomain(domain) : undefined;
  if (!shop || !isSignedMessage(body, ctx.get('X-Shopify-Hmac-Sha256'), shop.shopify.secret)) {
    throw unauthorized('signature_invalid');
  }
  return { kind: 'shopify webhook', shop: shop.id, body };
}

/** Names a shop's Shopify connection with its secret in it, so that sessions end with either. */
function connectionOf({ id, shopify }: ConnectedShop, { idSecret }: Pick<Settings, 'idSecret'>): string {
  return `shopify-${pseudonym(idSecret, ['shopify', id, shopify.domain, shopify.secret])}`;
}

function unauthorized(code: 'unauthorized' | 'signature_invalid' = 'unauthorized'): ProblemError {
  return new ProblemError(code, { headers: { 'WWW-Authenticate': 'Bearer' } });
}
