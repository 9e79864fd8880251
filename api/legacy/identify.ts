/**
 * Who asks by an old route. Its callers name a `customer_id` that anybody can make up, so nothing is counted by it: a
 * browser that keeps our signed cookie is one shopper, and all others of an address are one shopper together.
 */
import type { Context } from 'koa';
import { ProblemError } from '../../common/errors.ts';
import { derivedId } from '../../common/ids.ts';
import { DEFAULT_SHOP } from '../../common/keys.ts';
import { DAY_MS } from '../../common/limits.ts';
import { ownerUid } from '../../common/owners.ts';
import type { Api } from '../api.ts';
import type { CallerOf, SessionTerms } from '../auth/caller.ts';
import { cookieValues } from '../auth/cookie-values.ts';
import type { VerifiedSession } from '../auth/sessions.ts';
import { networkOf } from '../client-address.ts';

type Session = CallerOf<'session'>;

/** No key bears such an id, so that a cookie's token is worth nothing to the routes that take tokens. */
const KEPT = 'legacy';
/**
 * Of a cookie that was sent and has not come back. Most callers drop it, and those must not use up the sessions that
 * their address may open: it is counted when it first returns.
 */
const OFFERED = 'legacy-offered';
/** So long a token can be exchanged for a new one. */
const COOKIE_S = (7 * DAY_MS) / 1_000;

/** Makes the asking shopper `ctx.state.caller`. Throws `origin_not_allowed`. */
export async function identify(api: Api, ctx: Context): Promise<Session> {
  const { origin } = ctx.headers;
  const listed = origin === undefined ? undefined : await api.shops.ofOrigin(origin);
  const bound = origin === undefined ? {} : { origin };
  const terms: SessionTerms = { shop: listed?.id ?? DEFAULT_SHOP, grant: KEPT, ...bound };
  const alone = sessionOf(api, terms, sessionOfAddress(api, ctx, terms.shop));
  // Asked before anything is counted or handed out.
  if (!(await api.origins.mayAsk(ctx.req, alone))) throw new ProblemError('origin_not_allowed');
  const caller = (await sessionOfCookie(api, ctx, terms)) ?? alone;
  ctx.state.caller = caller;
  return caller;
}

/** Undefined for a caller that has no cookie of ours; it is offered one, unless it would first have to prove something. */
async function sessionOfCookie(api: Api, ctx: Context, terms: SessionTerms): Promise<Session | undefined> {
  const found = await readCookie(api, ctx, terms);
  if (found?.grant === KEPT && !found.expired) return sessionOf(api, terms, found.session);
  if (found?.grant === KEPT) return keepSession(api, ctx, terms, found.session);
  if (found) {
    const isCounted = await api.sessionLimit.count(ctx).then(
      () => true,
      error => {
        if (error instanceof ProblemError && error.code === 'sessions_exceeded') return false;
        throw error;
      },
    );
    return isCounted ? keepSession(api, ctx, terms, found.session) : undefined;
  }
  // The old theme knows no challenge, and a script must not come round it by this way.
  if (!api.checkChallenge) setCookie(api, ctx, (await api.sessions.open({ ...terms, grant: OFFERED })).token);
  return undefined;
}

async function keepSession(api: Api, ctx: Context, terms: SessionTerms, session: string): Promise<Session> {
  const { token } = await api.sessions.renew({ ...terms, session });
  setCookie(api, ctx, token);
  return sessionOf(api, terms, session);
}

function sessionOf({ engine }: Api, terms: SessionTerms, session: string): Session {
  return { kind: 'session', ...terms, session, ownerUid: ownerUid(engine.settings.idSecret, terms.shop, { session }) };
}

/** Two cookies of the name, one of another shop or page, or one that is none of ours, count as none. */
async function readCookie(
  api: Api,
  ctx: Context,
  { shop, origin }: SessionTerms,
): Promise<VerifiedSession | undefined> {
  const [token, ...others] = cookieValues(ctx.req, cookieName(api));
  if (token === undefined || others.length > 0) return undefined;
  const found = await api.sessions.verify(token);
  if (!found || (found.grant !== KEPT && found.grant !== OFFERED) || found.shop !== shop) return undefined;
  // A browser sends no Origin with a GET to its own origin.
  return origin === undefined || found.origin === undefined || found.origin === origin ? found : undefined;
}

function isSecure({ publicUrl }: Api): boolean {
  return publicUrl?.startsWith('https:') === true;
}

/** The prefix binds the cookie to this very host; without https browsers refuse it. */
function cookieName(api: Api): string {
  return isSecure(api) ? '__Host-easel-shopper' : 'easel-shopper';
}

/** The shop's page is another site than this one, so the cookie has to be sent across; `Partitioned` keeps it to that page. */
function setCookie(api: Api, ctx: Context, token: string): void {
  const across = isSecure(api) ? 'SameSite=None; Secure; Partitioned' : 'SameSite=Lax';
  ctx.append('Set-Cookie', `${cookieName(api)}=${token}; Max-Age=${COOKIE_S}; Path=/; HttpOnly; ${across}`);
}

/** The same for all who come from there, day after day, so that their pictures are found again. */
function sessionOfAddress({ engine }: Api, ctx: Context, shop: string): string {
  return derivedId('ses', engine.settings.idSecret, ['legacy', shop, networkOf(String(ctx.state.address))]);
}
