/**
 * What is asked again and what never is, when answers are lost, late or missing: the other side is a server that
 * misbehaves on request.
 */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { withService } from '../../tests/service.ts';
import { atDesk, send, withServer } from './easel-process.ts';

const test = suite('easel and the network');
const ID = 'job_00000000000000000000000001';
const AT = '2026-11-23T06:00:00.000Z';

test(
  'a submit whose answer is lost is sent again and buys one picture',
  withService(async service => {
    let submits = 0;
    const { port } = new URL(service.url());
    // Passes everything on, and cuts the line instead of answering the first submit.
    const proxy = createServer((from, to) => {
      const lost = from.method === 'POST' && ++submits === 1;
      const onward = request({ port, method: from.method, path: from.url, headers: from.headers }, answer => {
        answer.resume().once('end', () => lost && to.destroy());
        if (!lost) answer.pipe(to.writeHead(answer.statusCode ?? 500, answer.headers));
      });
      from.pipe(onward);
    });
    await new Promise<void>(listening => proxy.listen(0, '127.0.0.1', listening));
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    try {
      await atDesk({ EASEL_URL: url, DATA_DIR: service.directory }, async ({ run }) => {
        const made = await run('generate cat.jpg --style fine-art-bw --customer 7');
        assert.equal([made.code, made.out, submits], [0, 'cat-fine-art-bw.jpg\n', 2], made.err);
        assert.is((await run('jobs list --all --json')).json().length, 1);
        assert.match((await run('quota --customer 7')).out, /named +9 +10/);
      });
    } finally {
      proxy.closeAllConnections();
      await new Promise(closed => proxy.close(closed));
    }
  }),
);

test('a submit is tried three times under one key, as late as the service asks', async () => {
  const keys: unknown[] = [];
  await withServer(
    (asked, response) => {
      keys.push(asked.headers['idempotency-key']);
      send(response, 503, { title: 'Busy.', code: 'overloaded' }, { 'Retry-After': '0' });
    },
    async ({ run }) => {
      const busy = await run('generate cat.jpg --style ink-wash');
      assert.is(busy.code, 3);
      assert.match(busy.err, /Busy\.\n +overloaded, HTTP 503, Request-Id req-1/);
      assert.equal([keys.length, new Set(keys).size, typeof keys[0]], [3, 1, 'string']);
    },
  );
});

test('what is no GET and has no key is sent once, whatever happens', async () => {
  let asked = 0;
  await withServer(
    (_, response) => (asked++ === 0 ? response.destroy() : send(response, 503, {})),
    async ({ run }) => {
      assert.is((await run(`jobs cancel ${ID}`)).code, 3);
      assert.is(asked, 1);
      assert.is((await run(`jobs erase ${ID} --yes`)).code, 3);
      assert.is(asked, 2);
    },
  );
});

test('who is told to come back tomorrow is told at once, and the other photos stay here', async () => {
  let asked = 0;
  await withServer(
    (_, response) => {
      asked++;
      const problem = { title: 'No more pictures today.', code: 'budget_exhausted', resetAt: AT };
      send(response, 503, problem, { 'Retry-After': '3600' });
    },
    async ({ run }) => {
      const styles = Array.from({ length: 12 }, (_, index) => ['--style', `style-${index}`]).flat();
      const spent = await run(['generate', 'cat.jpg', ...styles]);
      assert.is(spent.code, 5);
      assert.is(asked, 4, 'those that were on their way at once');
      assert.is(spent.err.match(/New ones are available/g)?.length, 1, 'told once');
      assert.is(spent.err.match(/skipped {2}for the same reason/g)?.length, 11);
    },
  );
});

test('nobody there, nobody who is Easel, and no keys: each gets a sentence and 3 or 4', async () => {
  await withServer(
    (_, response) => response.writeHead(404, { 'Content-Type': 'text/html' }).end('<html>'),
    async ({ run, directory }, url) => {
      const other = await run('styles');
      assert.equal([other.code, /Is http:\S+ really Easel\?/.test(other.err)], [4, true]);
      const keyless = await run('styles', { EASEL_KEY: '', DATA_DIR: directory });
      assert.equal([keyless.code, /There is no .*keys\.json[\s\S]*npm start/.test(keyless.err)], [3, true]);
      const json = await run('styles --json', { EASEL_KEY: '', DATA_DIR: directory });
      assert.equal(JSON.parse(json.err).exitCode, 3);
      assert.match(url, 'http');
    },
  );
  await atDesk({ EASEL_URL: await freeAddress(), EASEL_KEY: 'sk_test' }, async ({ run }) => {
    const nobody = await run('generate cat.jpg --style a --style b');
    assert.equal([nobody.code, /Nothing listens on \S+\.\n +Is it running\? npm start/.test(nobody.err)], [3, true]);
  });
});

test.run();

/** An address on which nothing listens any more. */
async function freeAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise(closed => server.close(closed));
  return `http://127.0.0.1:${port}`;
}
