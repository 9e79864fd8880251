/**
 * What is no HTTP, or two kinds of it at once: bytes on a socket. A server may refuse them or hang up; what it must not do
 * is take one request for two.
 */
import type { Dice } from './dice.ts';
import type { Known } from './known.ts';
import { strangeText } from './strange.ts';

export interface Nonsense {
  readonly what: string;
  readonly bytes: Buffer;
  /** How many answers it may get. */
  readonly answersMax: number;
}

export function nonsense(known: Known, dice: Dice): Nonsense {
  const [what, bytes, answersMax = 1] = dice.pick([framings, chunkings, heads, protocols, endings])(known, dice);
  return { what, bytes: Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes, 'latin1'), answersMax };
}

type Raw = readonly [what: string, bytes: string | Buffer, answersMax?: number];

const HIDDEN = 'GET /openapi.json HTTP/1.1\r\nHost: hidden.example\r\n\r\n';

function start({ host }: Known, method = 'POST', path = '/v1/sessions'): string {
  return `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n`;
}

/** Requests whose length can be read in two ways, with a second one hidden in the difference. */
function framings(known: Known, dice: Dice): Raw {
  const both = (headers: string, body = `0\r\n\r\n${HIDDEN}`, answersMax = 1): Raw => [
    headers,
    `${start(known)}${headers}\r\n${body}`,
    answersMax,
  ];
  const length = (value: string): Raw => both(`Content-Length: ${value}\r\n`, HIDDEN);
  return dice.weighed<() => Raw>([
    [3, () => both('Content-Length: 6\r\nTransfer-Encoding: chunked\r\n')],
    [2, () => both('Transfer-Encoding: chunked\r\nContent-Length: 60\r\n')],
    [1, () => both('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n')],
    [1, () => both('Transfer-Encoding: xchunked\r\n')],
    [1, () => both('Transfer-Encoding: chunked, identity\r\n')],
    // The last coding says where the body ends, so here are two requests.
    [1, () => both('Transfer-Encoding: gzip, chunked\r\n', undefined, 2)],
    [1, () => both('Transfer-Encoding : chunked\r\n')],
    [1, () => both('Transfer-Encoding:\x0bchunked\r\n')],
    [1, () => both('Transfer-Encoding:\r\n chunked\r\n')],
    [1, () => both('X: y\rTransfer-Encoding: chunked\r\n')],
    [1, () => both('X: y\nTransfer-Encoding: chunked\n')],
    [2, () => both('Content-Length: 0\r\nContent-Length: 60\r\n', HIDDEN)],
    [1, () => both('Content-Length: 5, 60\r\n', HIDDEN)],
    [
      2,
      () =>
        length(
          dice.pick([
            '-1',
            '+5',
            '0x5',
            '1e1',
            '5 5',
            '5;',
            ' ',
            '٣',
            '1.0',
            'chunked',
            '9'.repeat(25),
            '18446744073709551616',
          ]),
        ),
    ],
  ])();
}

function chunkings(known: Known, dice: Dice): Raw {
  const body = dice.pick([
    'zz\r\n{}\r\n0\r\n\r\n',
    '-1\r\n{}\r\n0\r\n\r\n',
    '0x2\r\n{}\r\n0\r\n\r\n',
    'ffffffffffffffff\r\n{}\r\n0\r\n\r\n',
    'fffffffffffffffffff\r\n{}\r\n0\r\n\r\n',
    '2\r\n{}0\r\n\r\n',
    '2\n{}\n0\n\n',
    '2 \r\n{}\r\n0\r\n\r\n',
    `2;${'x'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
    `2;a="\r\n{}\r\n0\r\n\r\n`,
    '1\r\n{}\r\n0\r\n\r\n',
    '5\r\n{}\r\n0\r\n\r\n',
    `0\r\n${'X: y\r\n'.repeat(5_000)}\r\n`,
    `0\r\nContent-Length: 60\r\n\r\n${HIDDEN}`,
    '',
  ]);
  // After a good body the hidden request is a second one, as it stands in the chunking with a trailer.
  const answersMax = body.includes(HIDDEN) ? 2 : 1;
  return [`chunks ${body.slice(0, 20)}`, `${start(known)}Transfer-Encoding: chunked\r\n\r\n${body}`, answersMax];
}

function heads(known: Known, dice: Dice): Raw {
  const { host } = known;
  const line = (text: string): Raw => [text.slice(0, 40), `${text}\r\nHost: ${host}\r\n\r\n`];
  const header = (text: string): Raw => [text.slice(0, 40), `${start(known, 'GET', '/health')}${text}\r\n\r\n`];
  return dice.weighed<() => Raw>([
    [1, () => line('GET  /health HTTP/1.1')],
    [1, () => line(' GET /health HTTP/1.1')],
    [1, () => line('GET /health')],
    [1, () => line('GET /health HTTP/1.2')],
    [1, () => line('GET /health HTTP/9.9')],
    [1, () => line('GET /health HTTP/1.1 HTTP/1.1')],
    [1, () => line('GETX /health HTTP/1.1')],
    [1, () => line('get /health HTTP/1.1')],
    [1, () => line(`${'G'.repeat(dice.below(30_000))} / HTTP/1.1`)],
    [1, () => line(`GET /${'a'.repeat(dice.below(60_000))} HTTP/1.1`)],
    [1, () => line('GET /he\0alth HTTP/1.1')],
    [1, () => line('GET /he alth HTTP/1.1')],
    [1, () => line('GET /h\xe4lth HTTP/1.1')],
    [1, () => line('GET health HTTP/1.1')],
    [1, () => header('no colon here')],
    [1, () => header(': no name')],
    [1, () => header('Na me: x')],
    [1, () => header('Name : x')],
    [1, () => header('N\xe4me: x')],
    [1, () => header('X: a\0b')],
    [1, () => header('X: a\x01\x7fb')],
    [1, () => header(' folded: x')],
    [1, () => header('X: a\r\n\tfolded')],
    [1, () => header(`X: ${'y'.repeat(17_000)}`)],
    [1, () => header(`X: ${'y'.repeat(1_000_000)}`)],
    [1, () => header(`${'y'.repeat(17_000)}: x`)],
    [1, () => header('X: y\r\n'.repeat(2_500).trimEnd())],
    [1, () => header(`Host: other.example`)],
    [1, () => header(`Authorization: Bearer ${strangeText(dice)}`)],
    [1, () => header(strangeText(dice))],
    [1, () => ['no host', 'GET /health HTTP/1.1\r\n\r\n']],
    [1, () => ['bare line feeds', `GET /health HTTP/1.1\nHost: ${host}\n\n`]],
    [1, () => ['bare carriage returns', `GET /health HTTP/1.1\rHost: ${host}\r\r`]],
    [1, () => ['empty lines first', `\r\n\r\n\n${start(known, 'GET', '/health')}\r\n`]],
  ])();
}

function protocols(known: Known, dice: Dice): Raw {
  return dice.weighed<() => Raw>([
    [1, () => ['HTTP/0.9', 'GET /health\r\n\r\n']],
    [1, () => ['HTTP/1.0', 'GET /health HTTP/1.0\r\n\r\n']],
    [1, () => ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x12\x04\0\0\0\0\0']],
    [1, () => ['TLS', Buffer.from(`1603010200010001fc0303${'ab'.repeat(200)}`, 'hex')]],
    [
      1,
      () => [
        'WebSocket',
        `${start(known, 'GET', '/v1/jobs')}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n`,
      ],
    ],
    [
      1,
      () => [
        'h2c',
        `${start(known, 'GET', '/health')}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n`,
      ],
    ],
    [1, () => ['CONNECT', `CONNECT ${known.host} HTTP/1.1\r\nHost: ${known.host}\r\n\r\n`]],
    [1, () => ['CONNECT elsewhere', 'CONNECT elsewhere.example:443 HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n']],
    [1, () => ['TRACE', `${start(known, 'TRACE', '/health')}Max-Forwards: 0\r\n\r\n`]],
    [1, () => ['three at once', `${start(known, 'GET', '/health')}\r\n`.repeat(3), 3]],
    [1, () => ['random bytes', dice.bytes(dice.below(5_000))]],
    [1, () => ['one byte', dice.bytes(1)]],
    [1, () => ['nothing', '']],
    [1, () => ['SMTP', 'EHLO x\r\nMAIL FROM:<a@b>\r\n']],
    [1, () => ['Expect', `${start(known)}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}`]],
    [1, () => ['Expect something else', `${start(known)}Expect: a miracle\r\nContent-Length: 2\r\n\r\n{}`]],
  ])();
}

/** Whoever sends them goes away in the middle. */
function endings(known: Known, dice: Dice): Raw {
  const key = dice.pick(known.credentials.serverKey ?? ['']);
  const head = `${start(known, 'POST', '/v1/jobs')}Authorization: Bearer ${key}\r\n`;
  const json = `${head}Content-Type: application/json\r\n`;
  return dice.weighed<() => Raw>([
    [1, () => ['half a head', json.slice(0, dice.below(json.length))]],
    [1, () => ['a body that does not come', `${json}Content-Length: 500\r\n\r\n`]],
    [1, () => ['half a body', `${json}Content-Length: 500\r\n\r\n{"style":"char`]],
    [1, () => ['a body of gigabytes', `${json}Content-Length: 99999999999\r\n\r\n{"style":"char`]],
    [1, () => ['half a chunk', `${json}Transfer-Encoding: chunked\r\n\r\n1f4\r\n{"style":`]],
    [
      1,
      () => [
        'half a form',
        `${head}Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 900\r\n\r\n--b\r\nContent-Dispo`,
      ],
    ],
    [1, () => ['more than the body', `${json}Content-Length: 2\r\n\r\n{}{}{}${strangeText(dice)}`, 2]],
  ])();
}
