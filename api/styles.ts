/**
 * GET /v1/styles: what a shopper can choose from. The prompts stay ours.
 */
import type { Context } from 'koa';
import { styles } from '../common/collections.ts';
import type { Api } from './api.ts';

/** More styles than any shop shows; a page is not worth a cursor. */
const STYLES_MAX = 200;

export async function listStyles({ engine }: Api, ctx: Context): Promise<void> {
  const { items } = await engine.store.list({ from: styles, limit: STYLES_MAX });
  const enabled = items.filter(style => style.enabled).sort((a, b) => a.order - b.order);
  ctx.set('Cache-Control', 'private, max-age=60');
  ctx.body = {
    styles: enabled.map(({ id, label, description, version, aspectRatio, size, minSidePx, pool }) => ({
      id,
      label,
      description,
      version,
      aspectRatio,
      size,
      minSidePx,
      pool,
    })),
  };
}
