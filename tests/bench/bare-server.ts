/**
 * What Easel is compared with: the bare framework in a process of its own. It parses the same form with the same
 * parser, keeps nothing, checks nothing, and answers the same bytes. Started by `stage.ts`.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Router from '@koa/router';
import Koa, { type Context } from 'koa';
import { answerBenchmark } from './child.ts';
import { readForm } from './read-form.ts';

export interface KnownAnswer {
  readonly body: string;
  readonly etag?: string;
}

/** Easel's own answers by path, which it is told once they are known. */
const answers = new Map<string, KnownAnswer>();

const router = new Router();
router.post('/v1/jobs', async ctx => {
  await readForm(ctx.req);
  answer(ctx, 202);
});
router.get('/v1/jobs/:id', ctx => answer(ctx, 200));
const server = createServer(new Koa().use(router.routes()).use(router.allowedMethods()).callback());
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const learn = (known: readonly (readonly [path: string, answer: KnownAnswer])[]) => {
    for (const one of known) answers.set(...one);
  };
  answerBenchmark({ learn }, { url });
});

function answer(ctx: Context, status: number): void {
  const known = answers.get(ctx.path);
  ctx.status = status;
  if (known?.etag !== undefined) {
    ctx.set('ETag', known.etag);
    if (ctx.get('If-None-Match') === known.etag) {
      ctx.status = 304;
      return;
    }
  }
  ctx.type = 'application/json';
  ctx.body = known?.body ?? '{}';
}
