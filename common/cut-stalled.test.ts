/**
 * Clients that only hold connections, against a real server.
 */
import type { RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { waitFor } from '../tests/wait-for.ts';
import { PATIENCE, type Patience, serve } from './serve.ts';

const test = suite('slow clients');

const SENDERS = 100;
const DRIP_EVERY_MS = 20;
/** As in earnest, only sooner. */
const SHORT: Patience = { headersMs: 400, requestMs: 60_000, stallMs: 300, stallBytes: 1_024, lookEveryMs: 50 };
const BODY = Buffer.alloc(64 * 1_024, 'x');

const HEADERS = 'POST / HTTP/1.1\r\nHost: x\r\n';
const ANNOUNCED = `${HEADERS}Content-Length: ${BODY.length}\r\n\r\n`;
const CHUNKED = `${HEADERS}Transfer-Encoding: chunked\r\n\r\n`;

test('two hundred who send a byte now and then are cut off, and whoever asks meanwhile is answered', async () => {
  const serving = await serve(countBody, { host: '127.0.0.1', port: 0, patience: SHORT });
  const senders = [
    ...Array.from({ length: SENDERS }, () => drip(serving.url, HEADERS, 'X-Slow: y\r\n')),
    ...Array.from({ length: SENDERS / 2 }, () => drip(serving.url, ANNOUNCED, 'x')),
    ...Array.from({ length: SENDERS / 2 }, () => drip(serving.url, CHUNKED, '1\r\nx\r\n')),
  ];
  await waitFor('all connections', () => senders.every(({ opened }) => opened()));
  let answered = 0;
  while (senders.some(({ closed }) => !closed())) {
    const response = await fetch(serving.url, { method: 'POST', body: BODY, signal: AbortSignal.timeout(10_000) });
    assert.is(await response.text(), String(BODY.length));
    answered++;
  }
  assert.ok(answered > 0);
  await serving.close();
});

test('a connection on which nothing is asked is closed, too', async () => {
  const serving = await serve(countBody, { host: '127.0.0.1', port: 0, patience: SHORT });
  const silent = drip(serving.url, '', '');
  await waitFor('the end', silent.closed);
  await serving.close();
});

test('a body that comes slowly but steadily arrives', async () => {
  const patience = { ...SHORT, stallMs: 1_500, stallBytes: 256 };
  const serving = await serve(countBody, { host: '127.0.0.1', port: 0, patience });
  const steady = drip(serving.url, ANNOUNCED, BODY.subarray(0, 512).toString());
  await waitFor('the answer', () => steady.received().endsWith(`\r\n\r\n${BODY.length}`), { limitMs: 30_000 });
  steady.end();
  await serving.close();
});

test('whoever waits for us is not cut off', async () => {
  let take: (() => void) | undefined;
  const late: RequestListener = (request, response) => {
    if (take) countBody(request, response);
    else take = () => countBody(request, response);
  };
  const serving = await serve(late, { host: '127.0.0.1', port: 0, patience: SHORT });
  const sender = drip(serving.url, ANNOUNCED, '');
  await waitFor('the request', () => take !== undefined);
  sender.send(BODY.subarray(1));
  // Time enough for others, who keep us waiting, to be cut off one after the other.
  for (let round = 0; round < 3; round++) {
    const stalled = drip(serving.url, ANNOUNCED, '');
    await waitFor('the end of another', stalled.closed);
  }
  assert.not.ok(sender.closed());
  take?.();
  sender.send(BODY.subarray(0, 1));
  await waitFor('the answer', () => sender.received().endsWith(`\r\n\r\n${BODY.length}`));
  sender.end();
  await serving.close();
});

test('headers beyond any that are needed are refused', async () => {
  const serving = await serve(countBody, { host: '127.0.0.1', port: 0 });
  const headers = (bytes: number) => ({ headers: { 'x-long': 'x'.repeat(bytes) } });
  assert.is((await fetch(serving.url, headers(12_000))).status, 200);
  assert.is((await fetch(serving.url, headers(17_000))).status, 431);
  await serving.close();
});

test('a photo of 20 MiB has time enough at half a megabit a second', () => {
  const neededMs = (20 * 2 ** 20 * 8) / 560_000 / 0.001;
  assert.ok(PATIENCE.requestMs >= neededMs, `${neededMs} ms`);
  assert.ok(PATIENCE.headersMs < PATIENCE.requestMs);
});

test.run();

const countBody: RequestListener = (request, response) => {
  let bytes = 0;
  request.on('data', (chunk: Buffer) => (bytes += chunk.length)).on('end', () => response.end(String(bytes)));
};

/** Sends `first` at once and `then` again and again, until it is cut off. */
function drip(url: string, first: string, then: string) {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname, () => socket.write(first));
  const state = { closed: false, received: '' };
  const timer = setInterval(() => then !== '' && socket.writable && socket.write(then), DRIP_EVERY_MS);
  socket.on('data', chunk => (state.received += chunk)).on('error', () => {});
  socket.on('close', () => {
    clearInterval(timer);
    state.closed = true;
  });
  return {
    opened: () => socket.readyState === 'open' || state.closed,
    closed: () => state.closed,
    received: () => state.received,
    send: (bytes: Uint8Array) => void socket.write(bytes),
    end: () => void socket.destroy(),
  };
}
