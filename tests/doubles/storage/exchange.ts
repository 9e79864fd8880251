/**
 * One request to the storage double and its answer, as the handlers see them: plain values, so that misbehaviour can
 * be put between a handler and the wire.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** What a request asks for. The first six belong to the JSON API, `signed…` to URLs, the rest to who signs and asks. */
export type Operation =
  | 'insert'
  | 'rewrite'
  | 'patch'
  | 'list'
  | 'stat'
  | 'media'
  | 'delete'
  | 'bucket'
  | 'signedGet'
  | 'signedPut'
  | 'signedOther'
  | 'signBlob'
  | 'token'
  | 'email'
  | 'metadata';

export interface Exchange {
  readonly method: string;
  /** Undecoded, beginning with a slash, without the query. */
  readonly path: string;
  /** Undecoded, without the question mark. */
  readonly rawQuery: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Changes content on its way in or out when the test asked for damage; otherwise hands it on. */
  readonly tamper: (content: Buffer) => Buffer;
  /** Damage on the way in happens behind the check of the checksums. */
  readonly unnoticed: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: Buffer | string | object;
}

export interface Route {
  readonly method: string;
  /** Matched against the undecoded path; its groups, decoded, are the names that the handler gets. */
  readonly path: RegExp;
  /** Tells routes of one path apart. */
  readonly when?: (query: URLSearchParams) => boolean;
  readonly operation: Operation;
  readonly handle: (exchange: Exchange, names: readonly string[]) => Answer;
}

export interface RequestTarget {
  readonly path: string;
  readonly rawQuery: string;
}

export function targetOf(request: IncomingMessage): RequestTarget {
  const url = request.url ?? '/';
  const queryAt = url.indexOf('?');
  return queryAt < 0 ? { path: url, rawQuery: '' } : { path: url.slice(0, queryAt), rawQuery: url.slice(queryAt + 1) };
}

/** Rejects when the client goes away. `onBytes` hears how many have come so far. */
export async function readBody(request: IncomingMessage, onBytes: (bytes: number) => void): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    onBytes(bytes);
  }
  return Buffer.concat(chunks);
}

/** A number of the query, or undefined. */
export function numberOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  return text === null || text === '' ? undefined : Number(text);
}
