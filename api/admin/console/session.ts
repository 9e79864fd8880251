/**
 * Signing in to the console: the page sends the admin key once, as any client does, and gets a cookie that no script can
 * read. Asked again, the service says who is signed in; signing out takes the cookie away.
 */
import type { Context } from 'koa';
import type { Key } from '../../../common/documents.ts';
import { ProblemError } from '../../../common/errors.ts';
import { rfc3339 } from '../../../common/job-face.ts';
import type { Api } from '../../api.ts';
import type { CallerOf } from '../../auth/caller.ts';
import { isLoopback } from '../../auth/origins.ts';
import { actingKey } from '../acting.ts';

const HTTPS_WANTED = 'The console needs https, or the machine itself that the service runs on. Set PUBLIC_URL.';

export async function signIn(api: Api, ctx: Context): Promise<void> {
  const { signedInUntil } = ctx.state.caller as CallerOf<'admin'>;
  // A cookie makes no other cookie: it would never end.
  if (signedInUntil !== undefined)
    throw new ProblemError('unauthorized', { headers: { 'WWW-Authenticate': 'Bearer' } });
  if (!isPrivate(ctx.get('Origin'))) throw new ProblemError('origin_not_allowed', { detail: HTTPS_WANTED });
  const key = await actingKey(api, ctx);
  const { setCookie, expiresAt } = await api.consoleSessions.open(key.id);
  api.engine.log.info('operator signed in', { requestId: String(ctx.state.requestId) });
  ctx.set('Set-Cookie', setCookie);
  answer(ctx, key, expiresAt);
}

/** 401 for who is not signed in, by the guard. A client that sends its key gets what its key is. */
export async function showSession(_: Api, ctx: Context): Promise<void> {
  const { key, signedInUntil } = ctx.state.caller as CallerOf<'admin'>;
  answer(ctx, key, signedInUntil);
}

export async function signOut({ consoleSessions }: Api, ctx: Context): Promise<void> {
  ctx.set({ 'Set-Cookie': consoleSessions.closed, 'Cache-Control': 'no-store' });
  ctx.status = 204;
}

/** What nobody on the way can read. Without an `Origin` it is no browser, and no page. */
function isPrivate(origin: string): boolean {
  return origin === '' || origin.startsWith('https:') || isLoopback(origin);
}

function answer(ctx: Context, { id, label, ending, scopes }: Key, expiresAt: number | undefined): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.body = {
    key: { id, label, ending, scopes },
    expiresAt: expiresAt === undefined ? undefined : rfc3339(expiresAt),
  };
}
