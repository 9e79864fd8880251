/**
 * GET /v1/admin/audit: what operators did, newest first.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { AUDIT_ACTIONS } from '../../common/audit.ts';
import { audit } from '../../common/collections.ts';
import type { AuditEntry } from '../../common/documents.ts';
import type { Api } from '../api.ts';
import { parseQuery } from '../query.ts';
import { nextCursor, pageFields, readPage } from './page.ts';

export const auditQuery = z
  .strictObject({
    action: z.enum(AUDIT_ACTIONS).optional(),
    target: z.string().min(1).max(128).optional(),
    ...pageFields,
  })
  .refine(({ action, target }) => action === undefined || target === undefined, {
    path: ['target'],
    message: 'does not go with action',
  });

export async function listAudit({ engine }: Api, ctx: Context): Promise<void> {
  const { action, target, ...asked } = parseQuery(ctx, auditQuery);
  const where = [
    ...(action === undefined ? [] : [['action', '==', action] as const]),
    ...(target === undefined ? [] : [['target', '==', target] as const]),
  ];
  const page = await readPage(engine.store, { from: audit, where, orderBy: ['at', 'desc'] }, asked);
  ctx.set('Cache-Control', 'no-store');
  ctx.body = { entries: page.items.map(viewEntry), ...nextCursor(page) };
}

export function viewEntry({ id, at, actor, action, target, reason, detail }: AuditEntry) {
  return { id, at: new Date(at).toISOString(), actor, action, target, reason, detail };
}
