/**
 * What is refused, and what is told about it: addresses that are none, certificates, answers that are no answers.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { silentLog } from '../../common/log.ts';
import { createOutbound } from '../../common/outbound/outbound.ts';
import { type Internet, onInternet } from '../doubles/internet.ts';
import { testClock } from '../test-clock.ts';
import { at, fault, LIMITS, SITE, URL_OF_PHOTO } from './site.ts';

const test = suite('refusals of outbound requests');

test(
  'answers that are no answers are told from photos',
  at(
    ({ url = '' }, response) => {
      const [raw = ''] = ANSWERS[url.slice(1)] ?? [];
      response.socket?.end(raw);
    },
    async ({ outbound }) => {
      for (const [name, [, expected]] of Object.entries(ANSWERS)) {
        const { code, status } = await fault(outbound.get(`https://${SITE.name}/${name}`, LIMITS));
        assert.equal({ code, status }, { status: undefined, ...expected }, name);
      }
    },
  ),
);

const ANSWERS: { readonly [name: string]: readonly [raw: string, expected: { code: string; status?: number }] } = {
  nothing: ['', { code: 'unreachable' }],
  'not-http': ['SSH-2.0-OpenSSH_9.6\r\n', { code: 'bad_answer' }],
  'half-a-line': ['HTTP/1.1 200', { code: 'unreachable' }],
  'broken-off': ['HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nphoto', { code: 'unreachable' }],
  'broken-chunks': ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nphoto\r\n', { code: 'unreachable' }],
  'wrong-chunks': ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnope\r\n', { code: 'unreachable' }],
  'two-lengths': ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nphoto', { code: 'bad_answer' }],
  'length-and-chunks': [
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nphoto\r\n0\r\n\r\n',
    { code: 'bad_answer' },
  ],
  switching: [
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    { code: 'unreachable' },
  ],
  'early-hints-only': ['HTTP/1.1 103 Early Hints\r\n\r\n', { code: 'unreachable' }],
  empty: ['HTTP/1.1 204 No Content\r\n\r\n', { code: 'bad_status', status: 204 }],
  part: ['HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\n\r\nphoto', { code: 'bad_status', status: 206 }],
  'no-location': ['HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n', { code: 'redirect', status: 302 }],
  'not-modified': ['HTTP/1.1 304 Not Modified\r\n\r\n', { code: 'redirect', status: 304 }],
  missing: ['HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n', { code: 'bad_status', status: 404 }],
  fault: ['HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n', { code: 'bad_status', status: 500 }],
  unauthorized: [
    'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n',
    { code: 'bad_status', status: 401 },
  ],
};

test('a certificate has to be trusted, in time and for this name, whatever the environment says', async () => {
  const good = { names: [SITE.name], trusted: true };
  const cases = [
    ['another name', { ...good, names: ['other.example.com'] }],
    ['the parent of the name', { ...good, names: ['example.com'] }],
    ['nobody vouches for it', { ...good, trusted: false }],
    ['over', { ...good, aroundMs: Date.now() - 10 * 86_400_000 }],
    ['not yet', { ...good, aroundMs: Date.now() + 10 * 86_400_000 }],
  ] as const;
  for (const override of [undefined, '0']) {
    await withEnvironment('NODE_TLS_REJECT_UNAUTHORIZED', override, async () => {
      for (const [why, certificate] of cases) await refusesCertificate(why, certificate);
    });
  }
});

async function refusesCertificate(why: string, certificate: Parameters<Internet['serve']>[0]['certificate']) {
  await onInternet(async internet => {
    let requests = 0;
    await internet.serve({ ...SITE, ...(certificate ? { certificate } : {}) }, (_, response) => {
      requests++;
      response.end('photo');
    });
    const outbound = createOutbound({ allow: [], clock: testClock(), log: silentLog, network: internet.network });
    const { code, detail } = await fault(outbound.get(URL_OF_PHOTO, LIMITS));
    assert.is(code, 'unreachable', why);
    assert.match(detail, /certificate|altnames/, why);
    assert.is(requests, 0, why);
  })();
}

test(
  'http is refused, and so is what leads from https to http',
  at(
    (_, response) => void response.writeHead(302, { Location: `http://${SITE.name}/cat.jpg` }).end(),
    async ({ get, outbound, requests, internet }) => {
      for (const url of [
        `http://${SITE.name}/`,
        `HTTP://${SITE.name}:443/`,
        `ftp://${SITE.name}/`,
        'file:///etc/passwd',
      ])
        assert.match((await fault(outbound.get(url, LIMITS))).code, /^(not_https|url_invalid)$/, url);
      assert.equal([requests(), internet.dialled.length], [0, 0]);
      assert.is((await get()).code, 'redirect');
      assert.is(requests(), 1);
    },
  ),
);

test(
  'what is no URL for a photo is refused without a connection',
  at(
    (_, response) => void response.end('photo'),
    async ({ outbound, internet }) => {
      const cases = [
        ['', 'url_invalid'],
        ['cat.jpg', 'url_invalid'],
        ['//photos.example.com/cat.jpg', 'url_invalid'],
        ['https://', 'url_invalid'],
        ['https://user@photos.example.com/', 'url_invalid'],
        ['https://user:password@photos.example.com/', 'url_invalid'],
        ['https://photos.example.com:65536/', 'url_invalid'],
        [`https://photos.example.com/${'x'.repeat(2_048)}`, 'url_invalid'],
        ['https://photos.example.com:444/', 'port_forbidden'],
        ['https://photos.example.com:80/', 'port_forbidden'],
        ['data:image/png;base64,AAAA', 'url_invalid'],
        ['javascript:alert(1)', 'url_invalid'],
        ['blob:https://photos.example.com/1', 'url_invalid'],
      ];
      for (const [url = '', expected] of cases) assert.is((await fault(outbound.get(url, LIMITS))).code, expected, url);
      assert.equal(internet.dialled, []);
    },
  ),
);

test(
  'faults name no address of the inside and no secret of the URL, except for the operator',
  onInternet(async internet => {
    internet.name(SITE.name, ['10.20.30.40']);
    const outbound = createOutbound({ allow: [], clock: testClock(), log: silentLog, network: internet.network });
    const forbidden = await fault(outbound.get(URL_OF_PHOTO, LIMITS));
    const unknown = await fault(outbound.get('https://nothing.example.com/', LIMITS));
    assert.equal([forbidden.code, unknown.code], ['address_forbidden', 'unreachable']);
    assert.is(forbidden.message, unknown.message);
    assert.match(forbidden.detail, '10.20.30.40 (private)');
    assert.not.match(JSON.stringify([forbidden.message, forbidden.detail, forbidden.stack]), 'a-secret');
  }),
);

test.run();

async function withEnvironment(name: string, value: string | undefined, work: () => Promise<void>): Promise<void> {
  const before = process.env[name];
  if (value !== undefined) process.env[name] = value;
  try {
    await work();
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}
