/**
 * Answers what is no request, before any of our code sees it: as a problem like every other one, where Node by itself
 * sends a status and nothing else, or hands over a target of which no path can be made. No Request-Id names it, because
 * nothing of it is logged.
 */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { PROBLEMS, type ProblemCode } from './errors.ts';

/** By the codes of Node's errors; any other means that it cannot be read. */
const CODES: { readonly [code: string]: ProblemCode } = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};
const REASONS: { readonly [status: number]: string } = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

/**
 * Lets through what names a host and a path (RFC 9112, section 3.2). What comes behind takes both for granted, down to
 * listeners in which a fault would end the process. The server's own `requireHostHeader` has to be off.
 */
export function refuseMalformed(listener: RequestListener): RequestListener {
  return (request, response) => {
    const hasHost = request.headers.host !== undefined || request.httpVersion === '1.0';
    if (hasHost && hasPath(request.url ?? '')) return listener(request, response);
    const { status, headers, body } = refusal('request_malformed');
    response.writeHead(status, headers).end(body);
  };
}

/** For what Node's parser does not take. */
export function answerParseErrors(server: Server): void {
  const exchanges = new WeakMap<Duplex, Exchange>();
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    exchanges.set(request.socket, { request, response });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const refuse = () => socket.end(asText(CODES[error.code ?? ''] ?? 'request_malformed'), () => socket.destroy());
    const next = socket.writable ? turnOf(exchanges.get(socket)) : 'never';
    if (next === 'now') refuse();
    else if (next === 'never') socket.end(() => socket.destroy());
    else next.once('finish', refuse);
  });
  // Only `100-continue` is ever expected. What else may be is passed over, as RFC 9110 allows (section 10.1.1).
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * When the refusal may be sent: after the answer to the request before it, or not at all when what cannot be read is the
 * rest of a request that has its answer. A client, or a proxy that keeps the connection for others, would take one answer
 * too many for the answer to what it asks next.
 */
function turnOf(last: Exchange | undefined): 'now' | 'never' | ServerResponse {
  if (!last) return 'now';
  const { request, response } = last;
  if (!request.complete) return response.headersSent ? 'never' : 'now';
  return response.writableFinished ? 'now' : response;
}

function hasPath(target: string): boolean {
  return target.startsWith('/') || target === '*' || (/^https?:\/\//i.test(target) && URL.canParse(target));
}

function refusal(code: ProblemCode) {
  const { status, title } = PROBLEMS[code];
  const body = JSON.stringify({ type: 'about:blank', title, status, code });
  const headers = {
    'Content-Type': 'application/problem+json',
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    Connection: 'close',
  };
  return { status, headers, body };
}

function asText(code: ProblemCode): string {
  const { status, headers, body } = refusal(code);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${REASONS[status]}\r\n${lines.join('')}\r\n${body}`;
}
