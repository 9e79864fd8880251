/**
 * Finds out who is asking from the Authorization header, and lets only those through whom the route names.
 */
import type { Context, Middleware } from 'koa';
import type { Clock } from '../../common/clock.ts';
import { ProblemError } from '../../common/errors.ts';
import { findKey, looksLikeKey } from '../../common/keys.ts';
import type { Store } from '../../common/platform/store.ts';
import type { Caller, CallerKind } from './caller.ts';
import type { Sessions } from './sessions.ts';

/** A key that was found stays good for this long without asking again: revoked keys end within a minute everywhere. */
const KEY_CACHE_MS = 30_000;
const KEY_CACHE_MAX = 10_000;

export interface Authentication {
  readonly store: Store;
  readonly sessions: Sessions;
  readonly clock: Clock;
}

/** Makes a middleware for a route from the kinds of caller it serves; the caller is then `ctx.state.caller`. */
export function createAuthenticate(authentication: Authentication): (audience: readonly CallerKind[]) => Middleware {
  const callerOfKey = keyCache(authentication);

  const callerOf = (token: string): Promise<Caller | undefined> =>
    looksLikeKey(token) ? callerOfKey(token) : authentication.sessions.verify(token);

  return audience => async (ctx, next) => {
    const token = bearer(ctx);
    const caller = token === undefined ? undefined : await callerOf(token);
    if (!caller) throw new ProblemError('unauthorized', { headers: { 'WWW-Authenticate': 'Bearer' } });
    if (!audience.includes(caller.kind)) throw new ProblemError('forbidden');
    ctx.state.caller = caller;
    await next();
  };
}

function bearer(ctx: Context): string | undefined {
  return /^Bearer ([\x21-\x7e]{1,4096})$/i.exec(ctx.get('Authorization').trim())?.[1];
}

function keyCache({ store, clock }: Authentication): (key: string) => Promise<Caller | undefined> {
  const known = new Map<string, { caller: Caller; until: number }>();
  return async key => {
    const hit = known.get(key);
    if (hit && hit.until > clock.now()) return hit.caller;
    known.delete(key);
    const found = await findKey(store, key);
    if (!found) return undefined;
    const caller: Caller = found.kind === 'admin' ? { kind: 'admin' } : { kind: found.kind, shop: found.shop };
    if (known.size >= KEY_CACHE_MAX) known.clear();
    known.set(key, { caller, until: clock.now() + KEY_CACHE_MS });
    return caller;
  };
}
