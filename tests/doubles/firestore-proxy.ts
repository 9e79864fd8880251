/**
 * Stands between the Firestore SDK and the emulator. It misbehaves on request: a call fails without having happened, or
 * it happens and its answer is lost, or all connections break. And where it is told to, it ends what a client that died
 * left open (`firestore-transactions.ts`). Passes gRPC on frame by frame, whatever it says.
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
import { type Connection, followTransactions, isFollowed } from './firestore-transactions.ts';
import { cutMessages, prefixed } from './firestore-wire.ts';

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

export interface ProxyOptions {
  /** Whether what the emulator does otherwise than Firestore with transactions is mended: for whole services. */
  readonly mends?: boolean;
}

export async function startFirestoreProxy(
  emulatorHost: string,
  { mends = false }: ProxyOptions = {},
): Promise<FirestoreProxy> {
  const calls: string[] = [];
  const clients = new Set<Http2Session>();
  const upstreams = new Set<Http2Session>();
  const follow = mends ? followTransactions() : undefined;
  let plan: (method: string, callNumber: number) => Fate = () => 'ok';
  let counts = new Map<string, number>();

  const server = createServer();
  server.on('session', session => {
    clients.add(session);
    // What breaks here, the test has broken.
    session.on('error', () => {});
    const upstream = connect(`http://${emulatorHost}`).on('error', () => session.destroy());
    upstreams.add(upstream);
    upstream.once('close', () => {
      upstreams.delete(upstream);
      session.destroy();
    });
    const connection = follow?.(upstream);
    session.once('close', () => {
      clients.delete(session);
      if (connection) connection.leave();
      else upstream.destroy();
    });
    session.on('stream', (client: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      const method = String(headers[':path']).split('/').at(-1) ?? '';
      const callNumber = (counts.get(method) ?? 0) + 1;
      counts.set(method, callNumber);
      calls.push(method);
      const fate = plan(method, callNumber);
      client.on('error', () => {});
      if (fate !== 'ok' && fate.when === 'before') fail(client, fate);
      else if (connection && isFollowed(method)) passFollowed({ client, headers, method }, connection, fate);
      else pass({ client, headers, method }, upstream, fate);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));

  const cut = () => {
    for (const session of clients) session.destroy();
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
      for (const session of [...clients, ...upstreams]) session.destroy();
      return new Promise(resolve => server.close(() => resolve()));
    },
  };
}

interface Call {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly client: ServerHttp2Stream;
}

function pass({ headers, client }: Call, upstream: ClientHttp2Session, fate: Fate): void {
  const request = upstream.request(headers).on('error', () => client.close());
  client.on('close', () => request.close());
  client.pipe(request);
  answer(request, client, fate);
}

/** The emulator hears neither that the client has gone nor until when it waits: it would still begin and lock. */
function passFollowed({ method, headers, client }: Call, connection: Connection, fate: Fate): void {
  const { 'grpc-timeout': _, ...patient } = headers;
  const send = async (message: Buffer) => {
    const request = await connection.send({ method, headers: patient, message, client });
    if (!request) return;
    request.on('error', () => client.close());
    client.on('close', () => request.resume());
    answer(request, client, fate);
  };
  client.on(
    'data',
    cutMessages(message => {
      send(message).catch(() => client.close(constants.NGHTTP2_REFUSED_STREAM));
    }),
  );
}

function answer(request: ClientHttp2Stream, client: ServerHttp2Stream, fate: Fate): void {
  if (fate === 'ok') passAnswer(request, client);
  else request.resume().on('end', () => fail(client, fate));
}

function passAnswer(request: ClientHttp2Stream, stream: ServerHttp2Stream): void {
  let trailers: IncomingHttpHeaders = {};
  request.on('trailers', received => {
    trailers = received;
  });
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  request.on('response', (received, flags) => {
    if (stream.closed || stream.destroyed) return;
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
  stream.end(prefixed(body));
}
