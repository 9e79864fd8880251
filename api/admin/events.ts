/**
 * GET /v1/admin/events: how the service stands, as server-sent events, for pages that show it live. Each event is the
 * whole of it, so nothing is lost by a broken connection; it closes itself like a job's stream and says when to come back.
 */
import type { ServerResponse } from 'node:http';
import type { Context } from 'koa';
import { ProblemError } from '../../common/errors.ts';
import type { Api } from '../api.ts';
import { viewLiveActions } from './bulk.ts';
import type { Stats } from './stats.ts';

/** Cloud Run ends a request after 60 s. */
const STREAM_MAX_MS = 50_000;
/** Each look is some hundred reads, whoever and how many look on. */
const LOOK_MS = 3_000;
const RETRY_MS = 1_000;
const FULL_RETRY_S = 5;
const COMMENT = ':\n\n';

export async function getAdminEvents(api: Api, ctx: Context): Promise<void> {
  const leave = api.waiters.enter();
  if (!leave) throw new ProblemError('overloaded', { headers: { 'Retry-After': String(FULL_RETRY_S) } });
  ctx.set({ 'Cache-Control': 'no-store', 'Content-Type': 'text/event-stream; charset=utf-8' });
  ctx.set('X-Accel-Buffering', 'no');
  ctx.status = 200;
  // Written past Koa, for which a client that goes away in the middle of an answer is an error.
  ctx.respond = false;
  ctx.res.once('close', leave);
  ctx.res.flushHeaders();
  if (ctx.method === 'HEAD') ctx.res.end();
  else stream(api, ctx.res);
}

function stream(api: Api, response: ServerResponse): void {
  const { clock, log } = api.engine;
  const startedAt = clock.now();
  const told = new Map<string, string>();
  let cancel = () => {};

  const comeBack = () => response.end(`retry: ${RETRY_MS}\n\n`);
  const tell = (event: string, body: { readonly at?: string; readonly actions?: readonly object[] }) => {
    const { at: _, ...rest } = body;
    const text = JSON.stringify(rest);
    if (told.get(event) === text) return response.write(COMMENT);
    told.set(event, text);
    return response.write(`event: ${event}\ndata: ${JSON.stringify(body)}\n\n`);
  };
  const look = async () => {
    try {
      const [stats, actions] = await Promise.all([api.liveStats(), viewLiveActions(api)]);
      if (response.destroyed || response.writableEnded) return;
      tell('stats', stats);
      tell('bulk', { actions });
      if (clock.now() - startedAt >= STREAM_MAX_MS) comeBack();
      else cancel = clock.after(LOOK_MS, () => void look());
    } catch (error) {
      log.warn('a stream of figures ends early', { error });
      comeBack();
    }
  };
  response.once('close', () => {
    cancel();
    api.closing.removeEventListener('abort', comeBack);
  });
  response.write(COMMENT);
  if (api.closing.aborted) return void comeBack();
  api.closing.addEventListener('abort', comeBack, { once: true });
  void look();
}

/** One reading for all who look at the same time. */
export function createLiveStats(read: () => Promise<Stats>, now: () => number): () => Promise<Stats> {
  let asked: { at: number; seen: Promise<Stats> } | undefined;
  return () => {
    if (!asked || now() - asked.at >= LOOK_MS / 2) {
      const looked = { at: now(), seen: read() };
      looked.seen.catch(() => {
        if (asked === looked) asked = undefined;
      });
      asked = looked;
    }
    return asked.seen;
  };
}
