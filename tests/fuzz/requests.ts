/**
 * Whole requests as bytes, framed as HTTP wants it: whatever is odd about them, each has to be answered.
 */
import { bodyOf, type FuzzBody } from './bodies.ts';
import type { Dice } from './dice.ts';
import { type Header, headersOf } from './headers.ts';
import type { Known } from './known.ts';
import type { FuzzOperation } from './operations.ts';
import { breakSigned, methodOf, targetOf } from './targets.ts';

export interface FuzzRequest {
  readonly method: string;
  readonly target: string;
  readonly bytes: Buffer;
}

export function fuzzRequest(operation: FuzzOperation, known: Known, dice: Dice): FuzzRequest {
  const method = methodOf(operation, dice);
  const target = targetOf(operation, known, dice);
  const body = bodyOf(operation, known, dice);
  return write({ method, target, headers: headersOf(operation, known, dice), body }, dice);
}

/** To an address that was signed, or one that pretends to be. */
export function signedRequest(known: Known, dice: Dice): FuzzRequest {
  const isUpload = dice.percent(40);
  const target = breakSigned(dice.pick(isUpload ? known.uploads : known.reads), dice);
  const method = dice.percent(85)
    ? isUpload
      ? 'PUT'
      : dice.pick(['GET', 'HEAD'])
    : dice.pick(['DELETE', 'POST', 'OPTIONS']);
  const photo = dice.pick(known.photos);
  const bytes = dice.pick([
    photo,
    photo,
    Buffer.concat([photo, photo]),
    photo.subarray(0, dice.below(200)),
    Buffer.alloc(0),
  ]);
  const body =
    method === 'PUT' ? { type: dice.pick(['image/png', 'image/png', 'image/jpeg', 'text/html']), bytes } : undefined;
  const headers = headersOf({ ...NO_OPERATION, parameters: RANGED }, known, dice);
  return write({ method, target, headers, body }, dice);
}

const NO_OPERATION = { id: '', method: '', template: '', schemes: [], bodies: [] };
const RANGED = ['Range', 'If-None-Match', 'If-Range'].map(name => ({ name, in: 'header' as const, schema: {} }));

interface Writing {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly Header[];
  readonly body: FuzzBody | undefined;
}

function write({ method, target, headers, body }: Writing, dice: Dice): FuzzRequest {
  const type: Header[] = body?.type === undefined ? [] : [['Content-Type', body.type]];
  const chunked = body !== undefined && dice.percent(12);
  const length: Header[] = body && !chunked ? [['Content-Length', String(body.bytes.length)]] : [];
  const framing: Header[] = chunked ? [['Transfer-Encoding', 'chunked']] : length;
  const lines = [...headers, ...type, ...framing].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head = Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines}\r\n`, 'latin1');
  const sent = body ? (chunked ? chunksOf(body.bytes, dice) : body.bytes) : Buffer.alloc(0);
  return { method, target, bytes: Buffer.concat([head, sent]) };
}

function chunksOf(bytes: Buffer, dice: Dice): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const piece = bytes.subarray(at, at + 1 + dice.below(dice.pick([3, 500, 60_000])));
    const extension = dice.percent(10) ? ';a=b' : '';
    pieces.push(Buffer.from(`${piece.length.toString(16)}${extension}\r\n`), piece, Buffer.from('\r\n'));
    at += piece.length;
    // A body of many tiny chunks says nothing that a few do not say.
    if (pieces.length > 300) {
      const rest = bytes.subarray(at);
      if (rest.length > 0) pieces.push(Buffer.from(`${rest.length.toString(16)}\r\n`), rest, Buffer.from('\r\n'));
      break;
    }
  }
  return Buffer.concat([...pieces, Buffer.from(dice.percent(10) ? '0\r\nX-Trailer: yes\r\n\r\n' : '0\r\n\r\n')]);
}
