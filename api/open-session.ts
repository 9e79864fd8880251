/**
 * POST /v1/sessions: opens a session for one shopper's browser, for a storefront's publishable key or for a call that
 * Shopify has signed; or exchanges a session's token for a new one. Where it is asked for, the browser may also read the
 * session's own jobs in Firestore.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { ownerUid } from '../common/owners.ts';
import type { Api } from './api.ts';
import type { CallerOf, SessionTerms } from './auth/caller.ts';
import type { OpenedSession } from './auth/sessions.ts';
import { parseQuery } from './query.ts';
import { readOptionalJsonBody } from './read-json.ts';

export const sessionFields = z.strictObject({
  firestore: z.boolean().default(false),
  challenge: z.string().min(1).max(4_096).optional(),
});

type Opener = CallerOf<'storefront' | 'session' | 'expired session' | 'shopify'>;

export async function openSession(api: Api, ctx: Context): Promise<void> {
  const caller = ctx.state.caller as Opener;
  if (caller.kind !== 'shopify') parseQuery(ctx, z.strictObject({}));
  const { firestore, challenge } = await readOptionalJsonBody(ctx, sessionFields);
  const terms = termsOf(ctx, caller);
  const { token, expiresAt, session } = await open(api, ctx, { caller, terms, challenge });
  const access = firestore ? { firestore: await readerOf(api, { ...terms, session }) } : {};
  ctx.status = 201;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = { token, expiresAt: new Date(expiresAt).toISOString(), ...access };
}

interface Opening {
  readonly caller: Opener;
  readonly terms: SessionTerms;
  readonly challenge: string | undefined;
}

/** A renewal adds no shopper, and neither does a customer whom Shopify knows; anybody else may be a script. */
async function open({ sessions, ...api }: Api, ctx: Context, opening: Opening): Promise<OpenedSession> {
  const { caller, terms, challenge } = opening;
  if (caller.kind === 'session' || caller.kind === 'expired session') {
    return sessions.renew({ ...terms, session: caller.session });
  }
  if (terms.customer === undefined) {
    if (api.checkChallenge) {
      // Nobody is asked for an address that gets no session anyway.
      await api.sessionLimit.check(ctx);
      await api.checkChallenge(challenge, String(ctx.state.address));
    }
    await api.sessionLimit.count(ctx);
  }
  return sessions.open(terms);
}

function termsOf(ctx: Context, caller: Opener): SessionTerms {
  if (caller.kind === 'session' || caller.kind === 'expired session') {
    const { shop, grant, origin, customer } = caller;
    return {
      shop,
      grant,
      ...(origin === undefined ? {} : { origin }),
      ...(customer === undefined ? {} : { customer }),
    };
  }
  const { origin } = ctx.headers;
  const bound = origin === undefined ? {} : { origin };
  if (caller.kind === 'storefront') return { shop: caller.shop, grant: caller.key.id, ...bound };
  const { shop, grant, customer } = caller;
  return { shop, grant, ...bound, ...(customer === '' ? {} : { customer }) };
}

function readerOf({ clientAccess, engine }: Api, { shop, session, customer }: SessionTerms & { session: string }) {
  const owner = { session, ...(customer === undefined ? {} : { customer }) };
  return clientAccess.firestore(ownerUid(engine.settings.idSecret, shop, owner));
}
