/**
 * GET /health: the process answers. GET /ready: it can also take jobs, because store, queue and bucket work.
 */
import type { Context } from 'koa';
import { switches } from '../common/collections.ts';
import type { Switch } from '../common/documents.ts';
import type { Engine } from '../common/engine.ts';
import type { Api, Readiness } from './api.ts';
import { oldHealth } from './legacy/model-info.ts';

/** An answer is kept for a moment, so that anybody may ask often. */
const KEPT_MS = 2_000;
const PROBE_PATH = 'temp/ready';

export async function health(api: Api, ctx: Context): Promise<void> {
  ctx.set('Cache-Control', 'no-store');
  ctx.body = { status: 'ok', ...(api.legacy ? oldHealth(api) : {}) };
}

export async function ready({ readiness }: Api, ctx: Context): Promise<void> {
  const parts = await readiness();
  const good = Object.values(parts).every(part => part === 'ok');
  ctx.set('Cache-Control', 'no-store');
  ctx.status = good ? 200 : 503;
  ctx.body = { status: good ? 'ready' : 'not ready', ...parts };
}

export function createReadiness(engine: Engine): () => Promise<Readiness> {
  let asked: { at: number; readiness: Promise<Readiness> } | undefined;
  return () => {
    const now = engine.clock.now();
    if (!asked || now - asked.at >= KEPT_MS) asked = { at: now, readiness: probe(engine) };
    return asked.readiness;
  };
}

function probeOf({ clock }: Engine): Switch {
  return { id: 'ready', on: true, reason: 'last proof that the store can be written', since: clock.now() };
}

async function probe(engine: Engine): Promise<Readiness> {
  const works = async (what: string, work: () => Promise<unknown>) => {
    try {
      await work();
      return 'ok' as const;
    } catch (error) {
      engine.log.error('not ready', { reason: what, error });
      return 'failing' as const;
    }
  };
  const [store, queue, bucket] = await Promise.all([
    // A full or read-only disk still reads well, so store and bucket have to prove that they take something.
    works('store', () => engine.store.transaction(async tx => tx.set(switches, probeOf(engine)))),
    works('queue', () => engine.queue.state('interactive')),
    works('bucket', () => engine.bucket.put(PROBE_PATH, Buffer.from('ready'), { contentType: 'text/plain' })),
  ]);
  return { store, queue, bucket };
}
