/**
 * Stands between the Firestore SDK and the emulator and misbehaves on request: a call fails without having happened, or
 * it happens and its answer is lost, or all connections break. Passes gRPC on frame by frame, whatever it says.
 */
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  createServer,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';

export type Fate = 'ok' | Failure;

/** A gRPC status in the place of the answer: `before` the call happens, or `after` it did. */
export interface Failure {
  readonly code: number;
  readonly when: 'before' | 'after';
  readonly message?: string;
  /** An encoded message to be sent before the status. */
  readonly body?: Uint8Array;
}

export interface FirestoreProxy {
  readonly host: string;
  /** The methods called so far, such as `Commit`. */
  readonly calls: readonly string[];
  /** From here on decides every call by its method and how often that method was called since, from 1. */
  decide(plan: (method: string, callNumber: number) => Fate): void;
  /** Breaks all connections. New ones are taken again. */
  cut(): void;
  close(): Promise<void>;
}

export async function startFirestoreProxy(emulatorHost: string): Promise<FirestoreProxy> {
  const calls: string[] = [];
  const sessions = new Set<Http2Session>();
  let plan: (method: string, callNumber: number) => Fate = () => 'ok';
  let counts = new Map<string, number>();

  const server = createServer();
  server.on('session', session => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    // What breaks here, the test has broken.
    session.on('error', () => {});
    const upstream = connect(`http://${emulatorHost}`).on('error', () => session.destroy());
    session.once('close', () => upstream.destroy());
    session.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      const method = String(headers[':path']).split('/').at(-1) ?? '';
      const callNumber = (counts.get(method) ?? 0) + 1;
      counts.set(method, callNumber);
      calls.push(method);
      pass(stream, headers, upstream, plan(method, callNumber));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));

  const cut = () => {
    for (const session of sessions) session.destroy();
  };
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    decide(next) {
      plan = next;
      counts = new Map();
    },
    cut,
    close() {
      cut();
      return new Promise(resolve => server.close(() => resolve()));
    },
  };
}

function pass(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, upstream: ClientHttp2Session, fate: Fate): void {
  stream.on('error', () => {});
  if (fate !== 'ok' && fate.when === 'before') {
    fail(stream, fate);
    return;
  }
  const request = upstream.request(headers).on('error', () => stream.close());
  stream.on('close', () => request.close());
  stream.pipe(request);
  if (fate === 'ok') passAnswer(request, stream);
  else request.resume().on('end', () => fail(stream, fate));
}

function passAnswer(request: ClientHttp2Stream, stream: ServerHttp2Stream): void {
  let trailers: IncomingHttpHeaders = {};
  request.on('trailers', received => {
    trailers = received;
  });
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  request.on('response', (received, flags) => {
    if (stream.closed) return;
    // An answer may be a status alone, which then comes with the headers.
    const isWhole = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    stream.respond(received, isWhole ? { endStream: true } : { waitForTrailers: true });
    if (!isWhole) request.pipe(stream);
  });
}

function fail(stream: ServerHttp2Stream, { code, message = 'as planned', body }: Failure): void {
  if (stream.closed || stream.destroyed) return;
  const headers = { ':status': 200, 'content-type': 'application/grpc' };
  const status = { 'grpc-status': String(code), 'grpc-message': message };
  if (body === undefined) {
    stream.respond({ ...headers, ...status }, { endStream: true });
    return;
  }
  stream.respond(headers, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(status));
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(body.length, 1);
  stream.end(Buffer.concat([prefix, body]));
}
