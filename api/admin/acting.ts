/**
 * In whose name an operator's change is recorded: by the key that the request came with, as the store has it now. A key
 * that was revoked a moment ago may still pass the gate, which remembers keys; it changes nothing any more.
 */
import type { Context } from 'koa';
import type { By } from '../../common/audit.ts';
import { keys } from '../../common/collections.ts';
import type { Key } from '../../common/documents.ts';
import { ProblemError } from '../../common/errors.ts';
import type { Api } from '../api.ts';
import type { CallerOf } from '../auth/caller.ts';

/** Of an id: enough to find the key in the list. */
const ID_SHOWN = 8;

export async function actingKey({ engine }: Pick<Api, 'engine'>, ctx: Context): Promise<Key> {
  const { key } = ctx.state.caller as CallerOf<'admin'>;
  const now = await engine.store.get(keys, key.id);
  if (now && now.revokedAt === undefined) return now;
  throw new ProblemError('unauthorized', { headers: { 'WWW-Authenticate': 'Bearer' } });
}

export async function by(api: Pick<Api, 'engine'>, ctx: Context, reason?: string): Promise<By> {
  return { actor: actorOf(await actingKey(api, ctx)), ...(reason !== undefined ? { reason } : {}) };
}

export function actorOf({ id, label }: Key): string {
  return [id.slice(0, ID_SHOWN), label].filter(part => part !== undefined).join(' ');
}
