/**
 * The worker's endpoint for a queue that delivers over HTTP (Cloud Tasks) and for the scheduler, and its figures for
 * Prometheus. Of tasks it answers 2xx for all that is settled or rescheduled, and 5xx only when the store cannot be
 * reached: a 429 or 5xx slows the whole queue.
 */

import Koa, { type Context } from 'koa';
import type { Engine } from '../common/engine.ts';
import { sweep } from '../common/jobs/sweep.ts';
import { logBrokenAnswers } from '../common/log-broken-answers.ts';
import { logState } from '../common/log-state.ts';
import type { TaskHandler } from '../common/platform/queue.ts';
import { decodeTask } from '../common/task-body.ts';
import { isFromThisMachine } from '../common/this-machine.ts';
import type { TokenVerdict } from './task-token.ts';

export interface WorkerHttp {
  readonly engine: Engine;
  readonly handle: TaskHandler;
  readonly checkToken: (authorization: string) => Promise<TokenVerdict>;
}

/** A task is a few ids. */
const BODY_BYTES_MAX = 16 * 2 ** 10;

export function createWorkerHttp(worker: WorkerHttp): Koa {
  const app = new Koa();
  logBrokenAnswers(app, worker.engine.log);
  app.use(async ctx => {
    ctx.set('Cache-Control', 'no-store');
    if (ctx.method === 'GET' && ctx.path === '/health') return answer(ctx, 200, 'ok');
    if (ctx.method === 'GET' && ctx.path === '/metrics') return metrics(worker, ctx);
    if (ctx.method !== 'POST' || !ctx.path.startsWith('/tasks/')) return answer(ctx, 404, 'no such route');
    // Before anything of the body is read: a stranger learns nothing and changes nothing.
    if ((await worker.checkToken(ctx.get('Authorization'))) === 'refused') return answer(ctx, 401, 'refused');
    await work(worker, ctx);
  });
  return app;
}

/**
 * The figures are an operator's, as the API's are, and only this process knows its slots, attempts and calls. No key
 * opens them: the worker has no clients. Whoever may deliver tasks may read them, with the same token, and so may a
 * collector beside the service, which on Cloud Run shares the loopback address with it.
 */
async function metrics({ engine, checkToken }: WorkerHttp, ctx: Context): Promise<void> {
  if (!isFromThisMachine(ctx.req) && (await checkToken(ctx.get('Authorization'))) === 'refused') {
    return answer(ctx, 401, 'refused');
  }
  const { contentType, text } = await engine.metrics.scrape(engine);
  ctx.set('Content-Type', contentType);
  ctx.body = text;
}

async function work({ engine, handle }: WorkerHttp, ctx: Context): Promise<void> {
  try {
    if (ctx.path === '/tasks/sweep') {
      const { looked, rung, ended, failed } = await sweep(engine);
      engine.log.info('swept', { count: looked, reason: `${rung} rung, ${ended} ended, ${failed} failed` });
      await logState(engine);
      return answer(ctx, 200, 'swept');
    }
    const task = decodeTask(await readText(ctx));
    if (!task || ctx.path !== `/tasks/${task.kind}`) {
      // Trying it again would not make it one: it is taken off the queue, and the log keeps that it came.
      engine.log.error('not a task', { route: ctx.path });
      return answer(ctx, 200, 'dropped');
    }
    await handle(task);
    answer(ctx, 200, 'done');
  } catch (error) {
    engine.log.error('task not done; the queue will deliver it again', { route: ctx.path, error });
    answer(ctx, 503, 'again');
  }
}

async function readText(ctx: Context): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of ctx.req as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function answer(ctx: Context, status: number, text: string): void {
  ctx.status = status;
  ctx.body = { status: text };
}
