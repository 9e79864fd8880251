/**
 * What Easel is compared with: the bare framework in a process of its own. It parses the same form with the same
 * parser, keeps nothing, checks nothing, and answers the same bytes. Started by `servers.ts`.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Router from '@koa/router';
import busboy from 'busboy';
import Koa, { type Context } from 'koa';

/** Easel's own answers by path; the parent sends them once it has them. */
const answers = new Map<string, string>();

const router = new Router();
router.post('/v1/jobs', async ctx => {
  await readForm(ctx);
  answer(ctx, 202);
});
router.get('/v1/jobs/:id', ctx => answer(ctx, 200));
const server = createServer(new Koa().use(router.routes()).use(router.allowedMethods()).callback());
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});

process.on('disconnect', () => process.exit());
process.on('message', (message: { answers?: readonly (readonly [path: string, body: string])[] }) => {
  for (const [path, body] of message.answers ?? []) answers.set(path, body);
  process.send?.(process.resourceUsage());
});

function readForm(ctx: Context): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parser = busboy({ headers: ctx.req.headers });
    const chunks: Buffer[] = [];
    parser.on('file', (_name, file) => file.on('data', (chunk: Buffer) => chunks.push(chunk)));
    parser.on('error', reject);
    parser.on('close', () => resolve(Buffer.concat(chunks)));
    ctx.req.pipe(parser);
  });
}

function answer(ctx: Context, status: number): void {
  ctx.status = status;
  ctx.type = 'application/json';
  ctx.body = answers.get(ctx.path) ?? '{}';
}
