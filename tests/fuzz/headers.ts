/**
 * Headers: who asks, and everything else that a client may claim.
 */
import type { Dice } from './dice.ts';
import type { Known } from './known.ts';
import type { FuzzOperation } from './operations.ts';
import { headerText } from './sendable.ts';
import { strangeText } from './strange.ts';

export type Header = readonly [name: string, value: string];

const POOL: { readonly [name: string]: readonly string[] } = {
  'If-None-Match': ['*', '""', '"x"', 'W/"1-0"', 'W/"1-0", "y"', ',', '"'.repeat(50), `"${'e'.repeat(3_000)}"`],
  'If-Match': ['*', '"x"'],
  'If-Range': ['"x"', 'W/"x"', 'Mon, 23 Nov 2026 12:00:00 GMT'],
  Prefer: [
    'wait=0',
    'wait=1',
    'wait=-1',
    'wait=1e9',
    'wait=abc',
    'wait="1"',
    'respond-async, wait=1',
    'wait',
    'wait=1;wait=0',
  ],
  'Idempotency-Key': [
    'order-1',
    '"order-1"',
    '"a\\"b"',
    '""',
    '"',
    ' ',
    'k'.repeat(255),
    'k'.repeat(256),
    'schlüssel',
    '__proto__',
  ],
  Range: [
    'bytes=0-0',
    'bytes=0-',
    'bytes=-1',
    'bytes=-0',
    'bytes=5-2',
    'bytes=999999999999-',
    `bytes=${'9'.repeat(300)}-${'9'.repeat(301)}`,
    'bytes=0-1,3-4',
    `bytes=${'0-0,'.repeat(1_000)}0-0`,
    'lines=1-2',
    'bytes=abc',
    'bytes = 0 - 4',
  ],
  'Content-Encoding': ['gzip', 'br', 'identity', 'x', 'gzip, gzip'],
  Accept: ['*/*', 'text/html', 'application/json;q=0', 'x'],
  'Accept-Encoding': ['gzip, br', '*;q=0'],
  'Accept-Language': ['de', '*'],
  Origin: ['null', 'https://pets.example', 'https://evil.example', 'http://localhost', '', 'http://[::1', 'file://'],
  Referer: ['https://evil.example/'],
  'X-Forwarded-For': [
    '198.51.100.7',
    '2001:db8::1',
    '[2001:db8::1]:80',
    '1.2.3.4:5, 6.7.8.9',
    'x',
    '::ffff:1.2.3.4',
    ',,,',
    '999.1.1.1',
    '1.2.3.4%eth0',
  ],
  'X-Forwarded-Host': ['evil.example'],
  'X-Forwarded-Proto': ['javascript'],
  Forwarded: ['for=198.51.100.7;host=evil.example;proto=https', 'for="[::1'],
  'X-Real-IP': ['127.0.0.1'],
  'X-HTTP-Method-Override': ['DELETE'],
  'X-Original-URL': ['/v1/admin/keys'],
  'Access-Control-Request-Method': ['PUT', 'x', ''],
  'Access-Control-Request-Headers': ['authorization, x', ','],
  'Access-Control-Request-Private-Network': ['true'],
  Cookie: ['a=b', '__proto__=1', ';'.repeat(1_000)],
  'Last-Event-ID': ['1', '-1', 'x'],
  'Content-Type': ['application/json'],
  Traceparent: ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'x'],
  'User-Agent': ['', 'x'.repeat(2_000)],
  TE: ['trailers'],
  Via: ['1.1 x'],
  Upgrade: ['websocket', 'h2c'],
  Expect: ['100-continue', 'nonsense'],
  Date: ['never'],
  ['__proto__']: ['1'],
  constructor: ['1'],
};
const NAMES = Object.keys(POOL);

export function headersOf(operation: FuzzOperation, known: Known, dice: Dice): Header[] {
  const own = operation.parameters.flatMap(({ in: where, name }) =>
    where === 'header' && dice.percent(40) ? [name] : [],
  );
  const names = [...own, ...dice.some(NAMES, dice.pick([0, 0, 1, 2, 4]))];
  const headers = names.map((name): Header => [name, headerText(valueOfHeader(name, dice))]);
  const host: Header = ['Host', dice.percent(97) ? known.host : headerText(strangeText(dice))];
  return [host, ...authorization(operation, known, dice), ...headers];
}

function valueOfHeader(name: string, dice: Dice): string {
  return dice.percent(75) ? dice.pick(POOL[name] ?? ['']) : strangeText(dice);
}

function authorization({ schemes }: FuzzOperation, { credentials }: Known, dice: Dice): Header[] {
  const fitting = schemes.flatMap(scheme => credentials[scheme] ?? []);
  const all = Object.values(credentials).flat();
  const any = () => dice.pick(all);
  const bearer = (text: string): Header[] => [['Authorization', `Bearer ${text}`]];
  if (fitting.length > 0 && dice.percent(72)) return bearer(dice.pick(fitting));
  return dice.weighed<() => Header[]>([
    [4, () => []],
    [5, () => bearer(any())],
    [1, () => [...bearer(any()), ...bearer(any())]],
    [1, () => bearer(any().slice(0, -1))],
    [1, () => bearer(any().toLowerCase())],
    [1, () => bearer(any().replace(/^.{3}/, 'xx_'))],
    [1, () => bearer(`${any()} ${any()}`)],
    [1, () => [['Authorization', any()]]],
    [1, () => [['Authorization', `Basic ${Buffer.from(`a:${any()}`).toString('base64')}`]]],
    [
      1,
      () => [
        ['Authorization', dice.pick(['Bearer', 'Bearer ', 'bearer', '', 'Negotiate x', `Bearer ${'x'.repeat(5_000)}`])],
      ],
    ],
    [1, () => bearer(headerText(strangeText(dice)))],
    [1, () => bearer('eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.')],
    [1, () => bearer(any().replace(/\.[^.]*\./, `.${Buffer.from(strangeText(dice)).toString('base64url')}.`))],
  ])();
}
