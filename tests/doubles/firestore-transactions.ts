/**
 * Follows the transactions of Firestore's clients through a proxy, and mends two things that the emulator does otherwise
 * than Firestore. It ends no transaction by itself, so that a client that died keeps its locks for minutes: here they
 * are rolled back. And a query in a transaction locks its whole collection, so that of two that query and then write
 * neither can commit: here those that query go one after the other.
 */
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { cutMessages, prefixed, readField, writeFields } from './firestore-wire.ts';

export interface FollowedCall {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** The request's one message. */
  readonly message: Buffer;
  readonly client: ServerHttp2Stream;
}

/** One connection of a client. */
export interface Connection {
  /** Sends the call on when its turn has come, unless the client has gone by then. The answer has to be read to its end. */
  send(call: FollowedCall): Promise<ClientHttp2Stream | undefined>;
  /** The client has gone. Closes the connection upstream as soon as everything that it left has ended. */
  leave(): void;
}

/** A transaction that has begun, and that nothing under way ends. */
interface Open {
  readonly owner: object;
  readonly database: string;
  /** Of a transaction that has queried. */
  readonly passTurn: (() => void) | undefined;
}

interface IdFields {
  readonly request?: number;
  readonly answer?: number;
  readonly begin?: number;
}

/** By method, the fields that name its transaction: in the request, in the answer, and the wish to begin one. */
const FIELDS: Readonly<Record<string, IdFields>> = {
  BeginTransaction: { answer: 1 },
  BatchGetDocuments: { request: 4, answer: 3 },
  RunQuery: { request: 5, begin: 6, answer: 2 },
  RunAggregationQuery: { request: 4, begin: 5, answer: 2 },
  Commit: { request: 3 },
  Rollback: { request: 2 },
};
const QUERIES: ReadonlySet<string> = new Set(['RunQuery', 'RunAggregationQuery']);
const ENDS: ReadonlySet<string> = new Set(['Commit', 'Rollback']);
/** Of every request: the database, or a path within it. */
const PATH_FIELD = 1;
const ROLLBACK = {
  ':method': 'POST',
  ':path': '/google.firestore.v1.Firestore/Rollback',
  'content-type': 'application/grpc',
  te: 'trailers',
  // Above the rules, as the SDK is.
  authorization: 'Bearer owner',
};
/** A turn takes some 50 ms. One that takes this long has met a lock, maybe of somebody who waits for a turn. */
const TURN_MS = 2_000;

export function isFollowed(method: string): boolean {
  return method in FIELDS;
}

/** A transaction may go on over another connection than it began on, so that all of a proxy are followed together. */
export function followTransactions(): (upstream: ClientHttp2Session) => Connection {
  const open = new Map<string, Open>();
  const takeTurn = createTurns();
  return upstream => followConnection(upstream, { open, takeTurn });
}

function followConnection(
  upstream: ClientHttp2Session,
  { open, takeTurn }: { readonly open: Map<string, Open>; readonly takeTurn: () => Promise<() => void> },
): Connection {
  const owner = {};
  const calls = countCalls(upstream);

  const rollBack = (id: string, { database, passTurn = () => {} }: Open) => {
    open.delete(id);
    if (upstream.destroyed) return passTurn();
    const message = writeFields({ 1: Buffer.from(database), 2: Buffer.from(id, 'hex') });
    calls.request(ROLLBACK, message).resume().once('close', passTurn);
  };

  return {
    async send({ method, headers, message, client }) {
      const { id, isWithin, database } = namedIn(method, message);
      const takesTurn = isWithin && QUERIES.has(method);
      const passTurn = open.get(id)?.passTurn ?? (takesTurn ? await takeTurn() : undefined);
      if (isGone(client) || upstream.destroyed) {
        passTurn?.();
        return undefined;
      }
      const call = calls.request(headers, message);
      const known = open.get(id);
      if (known) open.set(id, { ...known, passTurn });
      // From here on the call itself ends it, even if its client does not live to hear so.
      if (ENDS.has(method)) open.delete(id);
      const begun = (newId: string) => {
        const one = { owner, database, passTurn };
        if (isGone(client)) return rollBack(newId, one);
        open.set(newId, one);
        // The answer may cross a cancel: then nobody heard of what it began.
        client.once('close', () => {
          const left = open.get(newId);
          if (left && client.rstCode === constants.NGHTTP2_CANCEL) rollBack(newId, left);
        });
      };
      const heard = (answer: Buffer) => idsIn(method, answer).forEach(begun);
      call.on('data', cutMessages(heard));
      call.once('close', () => {
        if (passTurn && !open.values().some(one => one.passTurn === passTurn)) passTurn();
      });
      return call;
    },
    leave() {
      for (const [id, one] of open) if (one.owner === owner) rollBack(id, one);
      calls.leave();
    },
  };
}

function isGone(client: ServerHttp2Stream): boolean {
  return client.closed || client.destroyed;
}

/** The calls over one connection upstream, which is closed when its client has gone and the last of them has ended. */
function countCalls(upstream: ClientHttp2Session) {
  let hasLeft = false;
  let underWay = 0;
  const closeWhenDone = () => {
    if (hasLeft && underWay === 0) upstream.close();
  };
  return {
    request(headers: IncomingHttpHeaders, message: Uint8Array): ClientHttp2Stream {
      underWay++;
      const call = upstream.request(headers).on('error', () => {});
      call.once('close', () => {
        underWay--;
        closeWhenDone();
      });
      call.end(prefixed(message));
      return call;
    },
    leave() {
      hasLeft = true;
      closeWhenDone();
    },
  };
}

/** What a request says of its transaction: the id of one that has begun, or the wish to begin one with it. */
function namedIn(method: string, message: Buffer) {
  const { request = 0, begin = 0 } = FIELDS[method] ?? {};
  const id = readField(message, request)?.toString('hex') ?? '';
  const path = readField(message, PATH_FIELD)?.toString() ?? '';
  return {
    id,
    isWithin: id !== '' || readField(message, begin) !== undefined,
    /** `projects/{project}/databases/{database}` */
    database: path.split('/').slice(0, 4).join('/'),
  };
}

/** The transaction that has begun with an answer, if one has. */
function idsIn(method: string, answer: Buffer): string[] {
  const id = readField(answer, FIELDS[method]?.answer ?? 0);
  return id && id.length > 0 ? [id.toString('hex')] : [];
}

/** Resolves, when the one before has passed, with what passes the turn on. */
function createTurns(): () => Promise<() => void> {
  let last = Promise.resolve();
  return async () => {
    const { promise: passed, resolve: pass } = Promise.withResolvers<void>();
    const before = last;
    last = before.then(() => passed);
    await before;
    setTimeout(pass, TURN_MS).unref();
    return pass;
  };
}
