/**
 * A client that sends any bytes whatever, and takes answers apart by the letter: what a library would mend or hide has to
 * be seen here.
 */
import { connect, type Socket } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

export interface WireAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

export interface Connection {
  send(bytes: Buffer): void;
  /** The next answer; undefined when the server has hung up instead, or says nothing for so long. Throws when it is none. */
  answer(method: string, limitMs: number): Promise<WireAnswer | undefined>;
  /** Whether another request can be sent. */
  readonly open: () => boolean;
  /** Bytes that came after the last answer. */
  readonly left: () => Buffer;
  /** Sends no more, and waits so long for the server to hang up. */
  end(limitMs: number): Promise<void>;
  close(): void;
}

export function openConnection(port: number): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(connectionOn(socket));
    });
  });
}

function connectionOn(socket: Socket): Connection {
  let received: Buffer = Buffer.alloc(0);
  let ended = false;
  let last = false;
  let wake = () => {};
  const end = () => {
    ended = true;
    wake();
  };
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    wake();
  });
  for (const event of ['end', 'close', 'error']) socket.on(event, end);

  const next = (limitMs: number) =>
    new Promise<boolean>(resolve => {
      const timer = setTimeout(() => resolve(false), limitMs);
      wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });

  return {
    send: bytes => void socket.write(bytes),
    open: () => !ended && !last && socket.writable,
    left: () => received,
    async answer(method, limitMs) {
      for (;;) {
        const taken = takeAnswer(received, method, ended);
        if (taken) {
          received = taken.rest;
          last = taken.answer.headers.get('connection') === 'close';
          return taken.answer;
        }
        if (ended || !(await next(limitMs))) return undefined;
      }
    },
    async end(limitMs) {
      socket.end();
      while (!ended && (await next(limitMs)));
    },
    close: () => void socket.destroy(),
  };
}

/** Undefined while it is not complete. Throws for what is no answer. */
export function takeAnswer(
  bytes: Buffer,
  method: string,
  ended: boolean,
): { answer: WireAnswer; rest: Buffer } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [first = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})(?: |$)/.exec(first)?.[1]);
  if (!(status >= 100)) throw new Error(`no answer begins with ${JSON.stringify(first.slice(0, 60))}`);
  const after = bytes.subarray(headEnd + 4);
  if (status < 200) return takeAnswer(after, method, ended);
  const headers = new Headers(lines.map(pairOf));
  if (method === 'HEAD' || status === 204 || status === 304) {
    return { answer: { status, headers, body: Buffer.alloc(0) }, rest: after };
  }
  const taken = takeBody(after, headers, ended);
  if (!taken && isStreaming(headers) && after.includes('\n\n')) {
    // A stream of events lasts for most of a minute. Its beginning is enough, and the connection is used up.
    headers.set('connection', 'close');
    return { answer: { status, headers, body: after }, rest: Buffer.alloc(0) };
  }
  return taken && { answer: { status, headers, body: unpacked(taken.body, headers) }, rest: taken.rest };
}

function isStreaming(headers: Headers): boolean {
  return /^text\/event-stream/.test(headers.get('content-type') ?? '');
}

function unpacked(body: Buffer, headers: Headers): Buffer {
  const encoding = headers.get('content-encoding');
  if (encoding === null) return body;
  if (encoding === 'gzip') return gunzipSync(body);
  if (encoding === 'br') return brotliDecompressSync(body);
  throw new Error(`the answer is packed as ${encoding}`);
}

function pairOf(line: string): [string, string] {
  const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
  if (name === undefined || value === undefined) throw new Error(`no header: ${JSON.stringify(line.slice(0, 60))}`);
  return [name, value];
}

function takeBody(after: Buffer, headers: Headers, ended: boolean): { body: Buffer; rest: Buffer } | undefined {
  if (headers.get('transfer-encoding') === 'chunked') return takeChunks(after);
  const length = headers.get('content-length');
  if (length === null) return ended ? { body: after, rest: Buffer.alloc(0) } : undefined;
  const bytes = Number(length);
  return after.length < bytes ? undefined : { body: after.subarray(0, bytes), rest: after.subarray(bytes) };
}

function takeChunks(after: Buffer): { body: Buffer; rest: Buffer } | undefined {
  const pieces: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = after.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const bytes = Number.parseInt(after.toString('latin1', at, lineEnd), 16);
    const start = lineEnd + 2;
    if (after.length < start + bytes + 2) return undefined;
    if (bytes === 0) return { body: Buffer.concat(pieces), rest: after.subarray(start + 2) };
    pieces.push(after.subarray(start, start + bytes));
    at = start + bytes + 2;
  }
}
