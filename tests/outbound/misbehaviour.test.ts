/**
 * What servers that a request may go to can do to it: nothing but cost it its time. The servers are real and misbehave
 * on request; time is the test's.
 */
import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { silentLog } from '../../common/log.ts';
import { createOutbound } from '../../common/outbound/outbound.ts';
import { onInternet, PUBLIC_ADDRESS } from '../doubles/internet.ts';
import { testClock } from '../test-clock.ts';
import { waitFor } from '../wait-for.ts';
import { at, fault, LIMITS, MIB, SITE, URL_OF_PHOTO } from './site.ts';

const test = suite('servers that misbehave');
const KIB = 2 ** 10;

test(
  'a body that does not end in time is a timeout, and the connection is closed',
  at(
    (_, response) => void response.write('the beginning'),
    async ({ get, clock, open }) => {
      const fetching = get();
      await waitFor('the server to have begun', () => open() === 1);
      await clock.advance(LIMITS.timeoutMs - 1);
      assert.is(open(), 1, 'until its time is over');
      await clock.advance(1);
      assert.is((await fetching).code, 'timeout');
    },
  ),
);

test(
  'a server that takes the request and says nothing is a timeout',
  at(
    () => {},
    async ({ get, clock, open }) => {
      const fetching = get();
      await waitFor('the server to have the request', () => open() === 1);
      await clock.advance(LIMITS.timeoutMs);
      assert.is((await fetching).code, 'timeout');
    },
  ),
);

test(
  'a host that accepts and never encrypts is given up after 5 seconds, long before the time of the whole is over',
  onInternet(async internet => {
    let open = 0;
    const silent = createServer(socket => {
      open++;
      socket
        .on('error', () => {})
        .once('close', () => open--)
        .resume();
    });
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
    internet.name(SITE.name, [SITE.address]);
    internet.place(SITE.address, (silent.address() as AddressInfo).port);
    const clock = testClock();
    const outbound = createOutbound({ allow: [], clock, log: silentLog, network: internet.network });
    const fetching = fault(outbound.get(URL_OF_PHOTO, { ...LIMITS, timeoutMs: 60_000 }));
    await waitFor('the connection', () => open === 1);
    await clock.advance(5_000);
    assert.is((await fetching).code, 'timeout');
    await waitFor('the connection to be closed', () => open === 0);
    await new Promise(resolve => silent.close(resolve));
  }),
);

test(
  'a resolver that never answers is a timeout too, and what it says afterwards leads nowhere',
  onInternet(async internet => {
    const clock = testClock();
    let answer: (addresses: string[]) => void = () => {};
    const resolve = () => new Promise<string[]>(done => (answer = done));
    const outbound = createOutbound({ allow: [], clock, log: silentLog, network: { ...internet.network, resolve } });
    const fetching = fault(outbound.get(URL_OF_PHOTO, LIMITS));
    await clock.advance(5_000);
    assert.is((await fetching).code, 'timeout');
    answer([PUBLIC_ADDRESS]);
    await clock.advance(0);
    assert.equal([internet.dialled.length, internet.canary()], [0, 0]);
  }),
);

test(
  'an endless body is cut off at the limit',
  at(
    (_, response) => pour(response),
    async ({ get }) => {
      const { code, detail } = await get();
      assert.equal([code, detail], ['too_large', `more than ${MIB} bytes`]);
    },
  ),
);

test(
  'what announces more than the limit is not begun',
  at(
    (_, response) => void response.writeHead(200, { 'Content-Length': MIB + 1 }).flushHeaders(),
    async ({ get }) => assert.is((await get()).code, 'too_large'),
  ),
);

test(
  'exactly the limit is taken, announced or not; a byte more is not',
  at(
    ({ url }, response) => {
      const [, bytes, announced] = /bytes=(\d+)&announced=(\w+)/.exec(url ?? '') ?? [];
      // Headers that are sent before the body is known come without its length.
      if (announced === 'no') response.flushHeaders();
      response.end(Buffer.alloc(Number(bytes), 7));
    },
    async ({ outbound }) => {
      for (const announced of ['yes', 'no']) {
        const url = (bytes: number) => `https://${SITE.name}/?bytes=${bytes}&announced=${announced}`;
        const { bytes } = await outbound.get(url(MIB), LIMITS);
        assert.equal([bytes.length, bytes[0], bytes.at(-1)], [MIB, 7, 7], announced);
        assert.is((await outbound.get(url(0), LIMITS)).bytes.length, 0, announced);
        assert.is((await fault(outbound.get(url(MIB + 1), LIMITS))).code, 'too_large', announced);
      }
    },
  ),
);

const BOMB = gzipSync(Buffer.alloc(64 * MIB));

test(
  'a packed body, small as it is on the wire, is not unpacked: nobody asked for one',
  at(
    ({ headers }, response) => {
      if (headers['accept-encoding'] !== 'identity') response.statusCode = 500;
      response.setHeader('Content-Encoding', 'gzip').end(BOMB);
    },
    async ({ get }) => {
      assert.ok(BOMB.length < LIMITS.bytesMax);
      const { code, detail } = await get();
      assert.equal([code, detail], ['bad_answer', 'encoded as gzip']);
    },
  ),
);

test(
  'headers beyond 16 KiB are refused, whole or one after the other without end',
  at(
    ({ url }, { socket }) => {
      socket?.write('HTTP/1.1 200 OK\r\n');
      if (url?.includes('whole')) socket?.end(`X-Large: ${'x'.repeat(17 * KIB)}\r\n\r\nphoto`);
      const more = () =>
        void (socket?.writable && socket.write('X-One: more\r\n'.repeat(100), () => setImmediate(more)));
      if (!url?.includes('whole')) more();
    },
    async ({ outbound }) => {
      for (const how of ['whole', 'endless']) {
        const { code, detail } = await fault(outbound.get(`https://${SITE.name}/${how}`, LIMITS));
        assert.is(code, 'bad_answer', how);
        assert.match(detail, /header/i);
      }
    },
  ),
);

test(
  'an address that does not answer costs a second and a half, one that refuses nothing, and the next one is asked',
  at(
    (_, response) => void response.end('photo'),
    async ({ internet, clock }) => {
      const [silent, refusing] = ['2606:4700:4700::1111', '1.1.1.1'];
      internet.name(SITE.name, [silent, refusing, PUBLIC_ADDRESS]);
      internet.place(refusing, 1);
      const network = {
        ...internet.network,
        // What a machine without a way to IPv6 sees: the connection neither comes nor fails.
        connect: (address: string, port: number) =>
          address === silent ? new Socket() : internet.network.connect(address, port),
      };
      const outbound = createOutbound({ allow: [], clock, log: silentLog, network });
      const fetching = outbound.get(URL_OF_PHOTO, LIMITS);
      await clock.advance(1_500);
      assert.is((await fetching).bytes.toString(), 'photo');
      assert.equal(internet.dialled, [refusing, PUBLIC_ADDRESS]);
    },
  ),
);

test(
  'a caller that gives up ends the request, before it began or in its middle',
  at(
    () => {},
    async ({ outbound, open, requests }) => {
      const early = AbortSignal.abort();
      assert.is((await fault(outbound.get(URL_OF_PHOTO, { ...LIMITS, signal: early }))).code, 'canceled');
      assert.is(requests(), 0);
      const giving = new AbortController();
      const fetching = fault(outbound.get(URL_OF_PHOTO, { ...LIMITS, signal: giving.signal }));
      await waitFor('the server to have the request', () => open() === 1);
      giving.abort();
      assert.is((await fetching).code, 'canceled');
    },
  ),
);

test.run();

/** Writes as fast as it is read, until nobody reads any more. */
function pour(response: ServerResponse): void {
  const more = () => {
    while (!response.destroyed && response.write(Buffer.alloc(64 * KIB)));
  };
  response.on('drain', more);
  more();
}
