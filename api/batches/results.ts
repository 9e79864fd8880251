/**
 * GET /v1/batches/{id}/results.ndjson: what came of each item, a line each, in the order of the items and as far as they
 * have ended. Written as it is read, a page at a time, so that neither side holds more than that; whoever is cut off goes
 * on after the last line.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import type { Job } from '../../common/job.ts';
import { cursorOf } from '../../common/platform/cursors.ts';
import type { Api } from '../api.ts';
import { viewJob } from '../job-view.ts';
import { readPage } from '../page.ts';
import { parseQuery } from '../query.ts';
import { takesMore } from '../takes-more.ts';
import { findBatch } from './batches.ts';
import { itemsOf } from './list-batches.ts';

const PAGE = 100;
/** Cloud Run ends a request after 60 s: better to end before, between two lines. */
const STREAM_MAX_MS = 45_000;

export const resultsQuery = z.strictObject({ cursor: z.string().max(1_024).optional() });

export async function getResults(api: Api, ctx: Context): Promise<void> {
  const { cursor } = parseQuery(ctx, resultsQuery);
  const { id } = await findBatch(api, ctx);
  const first = await readResults(api, id, cursor);
  ctx.set({ 'Content-Type': 'application/x-ndjson; charset=utf-8', 'Cache-Control': 'private, no-store' });
  ctx.status = 200;
  // Written past Koa, for which a client that goes away in the middle of an answer is an error.
  ctx.respond = false;
  if (ctx.method === 'HEAD') {
    ctx.res.end();
    return;
  }
  await writeResults(api, ctx, { id, page: first }).catch((error: unknown) => {
    api.engine.log.warn('results end early', { jobId: id, error });
    ctx.res.destroy();
  });
}

type Results = Awaited<ReturnType<typeof readResults>>;

async function writeResults(api: Api, ctx: Context, { id, page }: { id: string; page: Results }): Promise<void> {
  const { res } = ctx;
  const startedAt = api.engine.clock.now();
  for (let next: Results | undefined = page; next; ) {
    for (const line of next.lines) {
      if (res.destroyed) return;
      if (!res.write(line)) await takesMore(res);
    }
    const over = api.engine.clock.now() - startedAt >= STREAM_MAX_MS || api.closing.aborted;
    next = next.after === undefined || over ? undefined : await readResults(api, id, next.after);
  }
  res.end();
}

async function readResults(api: Api, id: string, cursor: string | undefined) {
  const query = itemsOf(id, [['done', '==', true]]);
  const { items, next } = await readPage(api.engine.store, query, { limit: PAGE, cursor });
  const lines = await Promise.all(items.map(job => lineOf(api, job, cursorOf(query, job))));
  return { lines, after: next };
}

async function lineOf(api: Api, job: Job, cursor: string): Promise<string> {
  const view: Record<string, unknown> = await viewJob(api, job, { detailed: true });
  const { id, customId, style, status, output, error, reused, model, costUsd, finishedAt, metadata } = view;
  const line = {
    customId,
    jobId: id,
    style,
    status,
    output,
    error,
    reused,
    model,
    costUsd,
    finishedAt,
    metadata,
    cursor,
  };
  return `${JSON.stringify(line)}\n`;
}
