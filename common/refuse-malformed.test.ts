/**
 * What is no request, on sockets against a real server. The listener behind it would fail, as the API's would, on a target
 * without a path.
 */
import { connect } from 'node:net';
import Koa from 'koa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PROBLEMS, type ProblemCode } from './errors.ts';
import { PATIENCE, serve } from './serve.ts';

const test = suite('malformed requests');

const GOOD = 'GET /there HTTP/1.1\r\nHost: x\r\n';
const POST = 'POST /there HTTP/1.1\r\nHost: x\r\n';
const target = (text: string) => `GET ${text} HTTP/1.1\r\nHost: x\r\n\r\n`;

test('what cannot be read is refused with a problem of the table, and the connection ends', async () => {
  const malformed: readonly (readonly [bytes: string, code: ProblemCode])[] = [
    ['hello\r\n\r\n', 'request_malformed'],
    ['GET /there HTTP/9.9\r\nHost: x\r\n\r\n', 'request_malformed'],
    ['GET /there HTTP/1.1\r\n\r\n', 'request_malformed'],
    [`${GOOD}no colon\r\n\r\n`, 'request_malformed'],
    [`${POST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 'request_malformed'],
    [`${POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 'request_malformed'],
    [`${GOOD}X: ${'y'.repeat(17_000)}\r\n\r\n`, 'headers_too_large'],
    [GOOD, 'request_timeout'],
    ...['http://', 'http://?', 'http://[', 'http://[::1', 'x', '?', 'mailto:a@b'].map(
      text => [target(text), 'request_malformed'] as const,
    ),
  ];
  await served(async port => {
    for (const [bytes, code] of malformed) {
      const answers = await exchange(port, bytes);
      assert.equal(
        answers.map(({ status, body }) => [status, body]),
        [[PROBLEMS[code].status, { type: 'about:blank', ...PROBLEMS[code], code }]],
        bytes.slice(0, 60),
      );
      assert.match(answers[0]?.head ?? '', /\r\nContent-Type: application\/problem\+json\r\n/);
    }
  });
});

test('what can be read is answered as it is', async () => {
  await served(async port => {
    const asked = ['/', '/there?a=b', '//', '*', 'http://x', 'HTTP://x/there?a=b', 'http://elsewhere.example/'];
    for (const text of asked) {
      const [answer] = await exchange(port, target(text).replace('Host: x\r\n', 'Host: x\r\nConnection: close\r\n'));
      assert.equal([answer?.status, typeof answer?.body], [200, 'string'], text);
    }
    const expecting = await exchange(port, `${GOOD}Expect: a miracle\r\nConnection: close\r\n\r\n`);
    assert.equal(
      expecting.map(({ status }) => status),
      [200],
      'an expectation that nobody knows',
    );
    const ancient = await exchange(port, 'GET /there HTTP/1.0\r\n\r\n');
    assert.equal(
      ancient.map(({ status }) => status),
      [200],
      'HTTP/1.0 has no Host',
    );
  });
});

test('no request gets two answers: one that was answered before its body broke off gets no refusal after it', async () => {
  await served(async port => {
    const early = await exchange(port, `${POST}X-Early: yes\r\nContent-Length: 900\r\n\r\nhalf`, { half: true });
    assert.equal(
      early.map(({ status }) => status),
      [200],
    );
    const two = await exchange(port, `${GOOD}\r\nnonsense\r\n\r\n`);
    assert.equal(
      two.map(({ status }) => status),
      [200, 400],
      'two things were sent',
    );
  });
});

test.run();

async function served(work: (port: number) => Promise<void>): Promise<void> {
  const patience = { ...PATIENCE, headersMs: 200, lookEveryMs: 20 };
  const serving = await serve(tellPath(), { host: '127.0.0.1', port: 0, patience });
  try {
    await work(Number(new URL(serving.url).port));
  } finally {
    await serving.close();
  }
}

/** Answers with the path once the body is there, or at once where it is told to, and looks at the path once more. */
function tellPath() {
  const app = new Koa();
  app.use(async ctx => {
    ctx.res.once('close', () => assert.type(ctx.path, 'string'));
    if (ctx.get('X-Early') === '')
      await ctx.req
        .resume()
        .on('error', () => {})
        .toArray();
    ctx.body = JSON.stringify(ctx.path);
  });
  app.silent = true;
  return app.callback();
}

interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: unknown;
}

/** All answers until the server hangs up. `half` = the client sends no more after the first bytes have come back. */
function exchange(port: number, bytes: string, { half = false } = {}): Promise<Answer[]> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => void socket.write(bytes, 'latin1'));
    socket.on('data', chunk => {
      text += chunk.toString('latin1');
      if (half) socket.end();
    });
    socket.on('error', reject);
    socket.on('end', () => {
      socket.end();
      resolve(answersIn(text));
    });
  });
}

function answersIn(text: string): Answer[] {
  return text.split(/(?=HTTP\/1\.1 \d)/).flatMap(part => {
    const [head = '', body = ''] = part.split('\r\n\r\n');
    const status = Number(head.split(' ')[1]);
    const json = /transfer-encoding: chunked/i.test(head) ? body.split('\r\n')[1] : body;
    return status > 0 ? [{ status, head, body: JSON.parse(json || 'null') }] : [];
  });
}
