import { Agent, type RequestListener, request } from 'node:http';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { serve } from './serve.ts';

const test = suite('serving');

test('a port that is taken is told with what to do', async () => {
  const first = await serve((_, response) => response.end(), { host: '127.0.0.1', port: 0 });
  const port = Number(new URL(first.url).port);
  await serve(() => {}, { host: '127.0.0.1', port }).then(
    () => assert.unreachable(),
    (error: Error) => assert.is(error.message, `Port ${port} on 127.0.0.1 is taken. Set PORT to another one.`),
  );
  await first.close();
});

test('the close ends while one request after the other comes over a connection that is kept', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let answer = () => {};
  const slow: RequestListener = (_, response) => {
    answer = () => response.end('ok');
  };
  const serving = await serve(slow, { host: '127.0.0.1', port: 0 });
  const ask = () =>
    new Promise<number | undefined>(resolve => {
      request(serving.url, { agent }, response => response.resume().on('end', () => resolve(response.statusCode)))
        .on('error', () => resolve(undefined))
        .end();
    });
  const underWay = ask();
  await new Promise(resolve => setTimeout(resolve, 20));
  const closed = serving.close();
  const queued = ask();
  answer();
  assert.is(await underWay, 200, 'what was under way is answered');
  await closed;
  assert.is(await queued, undefined, 'what comes after finds nobody');
  agent.destroy();
});

test.run();
