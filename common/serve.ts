/**
 * Listens and stops listening, the same way in every process, and ends those who send so slowly that they only hold a
 * connection.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cutStalled } from './cut-stalled.ts';
import { answerParseErrors, refuseMalformed } from './refuse-malformed.ts';

export interface Serving {
  /** Where it listens, with the port that it really has. */
  readonly url: string;
  /** Takes no new connection, keeps none open, and resolves when the requests under way are answered. */
  close(): Promise<void>;
}

/** How slow a client may be, in milliseconds. */
export interface Patience {
  /** From the connection, or the last answer on it, to the end of the headers. */
  readonly headersMs: number;
  /** To the end of the body. */
  readonly requestMs: number;
  /** A body has to bring `stallBytes` in each such span. */
  readonly stallMs: number;
  readonly stallBytes: number;
  /** How often the former two are looked at. */
  readonly lookEveryMs: number;
}

/**
 * Five minutes are a photo of 20 MiB at 560 kbit/s, as a phone has it on a bad day. A phone in a tunnel sends nothing for a
 * while; after a quarter of a minute it will not come back on the same connection.
 */
export const PATIENCE: Patience = {
  headersMs: 15_000,
  requestMs: 300_000,
  stallMs: 15_000,
  stallBytes: 4_096,
  lookEveryMs: 5_000,
};

/** Longer than the proxies in front keep a connection that nobody uses, or they would send on one that is closing. */
const KEEP_ALIVE_MS = 65_000;
/** Keys, tokens and signed addresses take up to 5 KiB. */
const HEADER_BYTES_MAX = 16 * 2 ** 10;
/** Then the client connects anew, so that no connection lives for ever. */
const REQUESTS_PER_CONNECTION_MAX = 10_000;

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly patience?: Patience;
}

/** Throws with a sentence for the operator when the address is not to be had. */
export async function serve(
  listener: RequestListener,
  { host, port, patience = PATIENCE }: ServeOptions,
): Promise<Serving> {
  const server = createServer(
    {
      headersTimeout: patience.headersMs,
      requestTimeout: patience.requestMs,
      connectionsCheckingInterval: patience.lookEveryMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: HEADER_BYTES_MAX,
      requireHostHeader: false,
    },
    refuseMalformed(listener),
  );
  server.maxRequestsPerSocket = REQUESTS_PER_CONNECTION_MAX;
  cutStalled(server, patience);
  answerParseErrors(server);
  await new Promise<void>((listening, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(taken ? new Error(`Port ${port} on ${host} is taken. Set PORT to another one.`, { cause: error }) : error);
    });
    server.listen(port, host, listening);
  });
  const close = closing(server);
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close,
  };
}

/**
 * `server.close` alone leaves a connection open on which one request follows the other, such as a queue's: the server
 * would be kept busy by it for ever. From the close on, each answer is the last one of its connection.
 */
function closing(server: Server): () => Promise<void> {
  let begun = false;
  server.prependListener('request', (_request, response) => {
    if (begun) response.setHeader('Connection', 'close');
    response.once('finish', () => {
      if (begun) setImmediate(() => server.closeIdleConnections());
    });
  });
  return () => {
    begun = true;
    return new Promise(closed => {
      server.close(() => closed());
      server.closeIdleConnections();
    });
  };
}
