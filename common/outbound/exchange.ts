/**
 * One request and its answer over a connection of its own, which is closed afterwards. Redirects are an end, not a way
 * on; nothing that could tell who we are, no cookie and no key, is ever sent.
 */
import { type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../clock.ts';
import { connect } from './connect.ts';
import { startDeadline } from './deadline.ts';
import type { Network } from './network.ts';
import { OutboundError } from './outbound-error.ts';
import type { Target } from './target.ts';

export interface Exchange<T> {
  readonly method: 'GET' | 'POST';
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | Uint8Array;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Takes what it wants of the answer; the rest is never read. */
  readonly read: (answer: IncomingMessage) => Promise<T>;
}

/** Name, connection and encryption together. */
const CONNECT_MS = 5_000;
/** Servers of pictures and hooks send a few hundred bytes; Node refuses the answer beyond this. */
const HEADER_BYTES_MAX = 16 * 2 ** 10;
const OWN_HEADERS = { 'User-Agent': 'Easel', Accept: '*/*', 'Accept-Encoding': 'identity' };

/** Throws an `OutboundError`, whatever happens. */
export async function exchange<T>(
  target: Target,
  { read, ...wish }: Exchange<T>,
  { network, clock }: { readonly network: Network; readonly clock: Clock },
): Promise<T> {
  const deadline = startDeadline(clock, wish.timeoutMs, wish.signal);
  const { signal } = deadline;
  try {
    signal.throwIfAborted();
    const connection = await deadline.within(CONNECT_MS, connect(target, { network, clock, signal }));
    const answering = ask(connection, target, wish).then(read);
    return await deadline.within(wish.timeoutMs, answering);
  } catch (error) {
    throw asOutboundError(error, target);
  } finally {
    deadline.end();
  }
}

function ask(
  connection: Duplex,
  { url }: Target,
  { method, headers, body }: Omit<Exchange<unknown>, 'read'>,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asking = request({
      // Without an agent there is no pool, and no proxy of the environment either.
      createConnection: () => connection,
      method,
      path: url.pathname + url.search,
      setHost: false,
      headers: { ...headers, ...OWN_HEADERS, Host: url.host, ...lengthOf(body) },
      maxHeaderSize: HEADER_BYTES_MAX,
      insecureHTTPParser: false,
    });
    asking.on('response', answer => {
      const { statusCode: status = 0 } = answer;
      if (status < 300 || status > 399) return resolve(answer);
      reject(new OutboundError('redirect', { status, detail: `${status} from ${url.host}` }));
    });
    asking.on('error', reject);
    // Also the end of a server that wants to switch protocols.
    asking.on('close', () => reject(new Error('the connection was closed before an answer')));
    asking.end(body);
  });
}

function lengthOf(body: string | Uint8Array | undefined): { readonly [name: string]: string } {
  return body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
}

/** Of the URL only the host is told: paths and queries of signed addresses are secrets. */
function asOutboundError(error: unknown, { url }: Target): OutboundError {
  if (error instanceof OutboundError) return error;
  const { code = '', message = String(error) } = error as NodeJS.ErrnoException;
  const kind = code.startsWith('HPE_') ? 'bad_answer' : 'unreachable';
  return new OutboundError(kind, { detail: `${url.host}: ${message}`, cause: error });
}
