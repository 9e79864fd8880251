/**
 * GET /model-info, what the old GET /health said beyond that the process answers, and the page that the answers' `Link`
 * leads to.
 */
import type { Context } from 'koa';
import { styles } from '../../common/collections.ts';
import { resolveStyleId } from '../../common/styles.ts';
import type { Api } from '../api.ts';
import { OLD_STYLES } from './batch.ts';
import { LEGACY_SUCCESSORS } from './successors.ts';

/** The name of the old project told outsiders where the service runs. */
const PROJECT = 'easel';

export async function modelInfo(api: Api, ctx: Context): Promise<void> {
  const { store, settings } = api.engine;
  const found = await Promise.all(
    OLD_STYLES.map(async name => [name, (await store.get(styles, resolveStyleId(name)))?.description ?? ''] as const),
  );
  const { named } = settings.quotaPerDay;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = {
    model: api.defaultModel,
    project: PROJECT,
    styles: Object.fromEntries(found),
    // There is no limit by the minute: a shopper's requests wait in line for one another.
    rate_limits: { daily: named, burst: named },
  };
}

/** Members of GET /health, beside its own `status`. */
export function oldHealth({ defaultModel, engine }: Pick<Api, 'defaultModel' | 'engine'>) {
  return {
    model: defaultModel,
    custom_model: defaultModel,
    styles: [...OLD_STYLES, 'custom'],
    rate_limits: engine.settings.quotaPerDay,
    timestamp: engine.clock.now() / 1_000,
  };
}

export async function getGuide({ legacy }: Api, ctx: Context): Promise<void> {
  const rows = Object.entries(LEGACY_SUCCESSORS).map(([old, successor]) => `| \`${old}\` | ${successor} |`);
  ctx.set('Cache-Control', 'public, max-age=3600');
  ctx.type = 'text/markdown';
  ctx.body = [
    '# Moving over',
    '',
    `These routes are deprecated and may be gone from ${new Date(legacy?.sunsetAt ?? 0).toISOString().slice(0, 10)} on.`,
    'The new ones are described at /docs; field by field in docs/migrating.md of the source.',
    '',
    '| old | new |',
    '|---|---|',
    ...rows,
    '',
  ].join('\n');
}
