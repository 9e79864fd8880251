import Koa from 'koa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { silentLog } from '../common/log.ts';
import { serve } from '../common/serve.ts';
import { openConnection } from '../tests/fuzz/wire.ts';
import { renderProblems } from './problem.ts';
import { readBody } from './read-body.ts';

const test = suite('reading a body');
const BYTES_MAX = 1_000;

test('a body beyond the bound is refused with an answer, however it was announced, and the connection goes on', async () => {
  const app = new Koa();
  app.use(renderProblems(silentLog));
  app.use(async ctx => {
    ctx.body = { bytes: (await readBody(ctx.req, BYTES_MAX)).length };
  });
  const serving = await serve(app.callback(), { host: '127.0.0.1', port: 0 });
  const connection = await openConnection(Number(new URL(serving.url).port));
  try {
    const ask = async (bytes: Buffer) => {
      connection.send(bytes);
      const answer = await connection.answer('POST', 10_000);
      const { bytes: read, code } = JSON.parse(answer?.body.toString() || '{}');
      return [answer?.status, read ?? code];
    };
    for (const post of [announced, chunked]) {
      assert.equal(await ask(post(BYTES_MAX)), [200, BYTES_MAX]);
      assert.equal(await ask(post(BYTES_MAX + 1)), [413, 'body_too_large']);
      assert.equal(await ask(post(1_000 * BYTES_MAX)), [413, 'body_too_large']);
      assert.equal(await ask(post(0)), [200, 0], 'what was left of the body is no request');
    }
  } finally {
    connection.close();
    await serving.close();
  }
});

test.run();

const HEAD = 'POST / HTTP/1.1\r\nHost: x\r\n';

function announced(bytes: number): Buffer {
  return Buffer.from(`${HEAD}Content-Length: ${bytes}\r\n\r\n${'x'.repeat(bytes)}`);
}

function chunked(bytes: number): Buffer {
  const chunk = bytes === 0 ? '' : `${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n`;
  return Buffer.from(`${HEAD}Transfer-Encoding: chunked\r\n\r\n${chunk}0\r\n\r\n`);
}
