/**
 * GET /v1/admin/events: how the service stands, as server-sent events, for pages that show it live. Each event is the
 * whole of it, so nothing is lost by a broken connection; it closes itself like a job's stream and says when to come back.
 */
import type { Context } from 'koa';
import type { Api } from '../api.ts';
import { answerWithEvents, type EventStream } from '../event-stream.ts';
import { viewLiveActions } from './bulk.ts';
import type { Stats } from './stats.ts';

/** Each look is some hundred reads, whoever and how many look on. */
const LOOK_MS = 3_000;

export async function getAdminEvents(api: Api, ctx: Context): Promise<void> {
  ctx.set('Cache-Control', 'no-store');
  answerWithEvents(api, ctx, stream => writeFigures(api, stream));
}

/** Returns what ends it. */
function writeFigures(api: Api, stream: EventStream): () => void {
  const { clock, log } = api.engine;
  const told = new Map<string, string>();
  let closed = false;
  let cancel = () => {};

  const tell = (event: string, body: { readonly at?: string; readonly actions?: readonly object[] }) => {
    const { at: _, ...rest } = body;
    const text = JSON.stringify(rest);
    if (told.get(event) === text) return stream.writeComment();
    told.set(event, text);
    return stream.write(`event: ${event}\ndata: ${JSON.stringify(body)}\n\n`);
  };
  const look = async () => {
    try {
      const [stats, actions] = await Promise.all([api.liveStats(), viewLiveActions(api)]);
      if (closed) return;
      tell('stats', stats);
      tell('bulk', { actions });
      if (stream.isTimeUp()) stream.comeBack();
      else cancel = clock.after(LOOK_MS, () => void look());
    } catch (error) {
      log.warn('a stream of figures ends early', { error });
      stream.comeBack();
    }
  };
  void look();
  return () => {
    closed = true;
    cancel();
  };
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
