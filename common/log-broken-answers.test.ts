import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import Koa from 'koa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { waitFor } from '../tests/wait-for.ts';
import { type LogFields, silentLog } from './log.ts';
import { logBrokenAnswers } from './log-broken-answers.ts';
import { serve } from './serve.ts';

const test = suite('broken answers');

test('a stream that fails in the middle is logged with its request; a client that goes away is not', async () => {
  const logged: (readonly [event: string, fields: LogFields | undefined])[] = [];
  let gone = 0;
  const app = new Koa();
  logBrokenAnswers(app, { ...silentLog, error: (event, fields) => void logged.push([event, fields]) });
  app.use(async ctx => {
    ctx.state.requestId = 'request-1';
    ctx.res.once('close', () => (gone += ctx.res.writableFinished ? 0 : 1));
    ctx.body = Readable.from(ctx.path === '/fails' ? failing() : endless());
  });
  const serving = await serve(app.callback(), { host: '127.0.0.1', port: 0 });
  try {
    const client = connect(Number(new URL(serving.url).port), '127.0.0.1');
    client.write('GET /endless HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(client, 'data');
    client.resetAndDestroy();
    await waitFor('the server to notice', () => gone === 1);
    await fetch(`${serving.url}/fails`)
      .then(response => response.text())
      .catch(() => {});
    await waitFor('the log', () => logged.length > 0);
    const [[event, fields] = []] = logged;
    assert.equal([logged.length, event, fields?.requestId], [1, 'an answer broke off', 'request-1']);
    assert.match(String(fields?.error), 'the disk is gone');
  } finally {
    await serving.close();
  }
});

test.run();

async function* failing() {
  yield Buffer.alloc(100_000);
  throw new Error('the disk is gone');
}

async function* endless() {
  for (;;) yield Buffer.alloc(100_000);
}
