/**
 * A peer in a process of its own: serves submits and polls over koa, works, or makes jobs, as the benchmark asks. With
 * one process that makes them and one that works, the peers have both processors.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Router from '@koa/router';
import Koa from 'koa';
import { answerBenchmark, nowMs } from '../child.ts';
import { produce, type Wish } from '../produce.ts';
import { readForm } from '../read-form.ts';
import type { Connect, Place } from './peer.ts';

const { peer: name, place } = JSON.parse(process.argv[2] ?? '{}') as { peer: string; place: Place };
const { connect } = (await import(`./${name}.ts`)) as { connect: Connect };
const peer = await connect(place);

const doneAt: number[] = [];
const starts: { readonly atMs: number; readonly madeMs: number }[] = [];
let waiting: { readonly count: number; readonly resolve: (atMs: number) => void } | undefined;

answerBenchmark({
  serve,
  async work({ concurrency, stuck = false }: { concurrency: number; stuck?: boolean }) {
    const handle = async (data: string) => {
      starts.push({ atMs: nowMs(), madeMs: Number(data.slice(0, data.indexOf(' '))) });
      if (stuck) await new Promise(() => {});
    };
    await peer.work(handle, { concurrency, onDone });
  },
  produce: (wish: Wish) => produce(wish, data => peer.add(data)),
  /** When so many were done since this process began to work. */
  done(count: number) {
    const at = doneAt[count - 1];
    return at ?? new Promise<number>(resolve => (waiting = { count, resolve }));
  },
  /** When handlers started and their jobs were made, since this was asked last. */
  starts: () => starts.splice(0),
});

function onDone(): void {
  doneAt.push(nowMs());
  if (waiting && doneAt.length >= waiting.count) waiting.resolve(nowMs());
}

async function serve(): Promise<string> {
  const router = new Router();
  router.post('/v1/jobs', async ctx => {
    const photo = await readForm(ctx.req);
    const id = await peer.add(`${nowMs()} ${photo.toString('base64')}`);
    ctx.status = 202;
    ctx.body = { id, status: 'queued', done: false, pollAfterMs: 1_000 };
  });
  router.get('/v1/jobs/:id', async ctx => {
    ctx.body = await peer.read(ctx.params.id ?? '');
  });
  const server = createServer(new Koa().use(router.routes()).use(router.allowedMethods()).callback());
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
