/**
 * A shopper's bad line: everything that a client sends passes through here, to whichever server it is meant for, and
 * what is planned happens to it on the way. The client finds its way by `fetch`, which goes through the line.
 */
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';
import { closeServer, listen } from './tasks/listen.ts';

/**
 * `drop before`: it never arrives. `drop after`: it arrives and its answer is lost. `twice`: it arrives twice at the same
 * time. `busy` and `too many`: something on the way refuses it, with `Retry-After`. `cut answer`: half of the answer
 * comes. `cut request`: half of the request arrives.
 */
export const FAULTS = ['drop before', 'drop after', 'twice', 'busy', 'too many', 'cut answer', 'cut request'] as const;
/** `silence`: the head of the answer comes and then nothing, as from a proxy that keeps a stream back. */
export type Fault = (typeof FAULTS)[number] | 'silence';

export interface BadLine {
  readonly fetch: typeof fetch;
  /** What befalls a request, which is named such as `POST /v1/jobs`; undefined = nothing. */
  plan(faultOf: (request: string) => Fault | undefined): void;
  /** All requests so far, with the time at which each came. */
  readonly requests: { readonly name: string; readonly atMs: number; readonly ifNoneMatch: string | undefined }[];
  /** Requests that are under way. */
  readonly open: () => number;
  /** While it is down nothing arrives. */
  down: boolean;
  /** Cuts what is under way. */
  cut(): void;
  close(): Promise<void>;
}

/** `from` is the address that the client seems to have. */
export async function openBadLine({ from }: { from?: string } = {}): Promise<BadLine> {
  let faultOf: (request: string) => Fault | undefined = () => undefined;
  let open = 0;
  const requests: BadLine['requests'] = [];
  const line = { down: false };
  const server: Server = createServer((request, response) => {
    const target = targetOf(request);
    const name = `${request.method} ${target.pathname}`;
    requests.push({ name, atMs: performance.now(), ifNoneMatch: request.headers['if-none-match'] });
    open++;
    response.once('close', () => open--);
    const fault = line.down ? 'drop before' : faultOf(name);
    pass({ request, response, target, from }, fault).catch(() => response.destroy());
  });
  const port = await listen(server);

  return Object.assign(line, {
    cut: () => server.closeAllConnections(),
    requests,
    open: () => open,
    plan(planned: typeof faultOf) {
      faultOf = planned;
    },
    fetch: ((input: string, init?: RequestInit) => {
      const { origin, pathname, search } = new URL(input);
      return fetch(`http://127.0.0.1:${port}/${encodeURIComponent(origin)}${pathname}${search}`, init);
    }) as typeof fetch,
    close: () => closeServer(server),
  });
}

interface Passing {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly target: URL;
  readonly from: string | undefined;
}

function targetOf({ url = '' }: IncomingMessage): URL {
  const [, origin = '', ...path] = url.split('/');
  return new URL(`/${path.join('/')}`, decodeURIComponent(origin));
}

async function pass(passing: Passing, fault: Fault | undefined): Promise<void> {
  const { request, response } = passing;
  const body = await buffer(request);
  if (fault === 'drop before') return void response.destroy();
  if (fault === 'busy' || fault === 'too many') {
    return void response.writeHead(fault === 'busy' ? 503 : 429, { 'Retry-After': '1' }).end();
  }
  if (fault === 'cut request') {
    await forward(passing, body.subarray(0, body.length / 2), body.length).catch(() => {});
    return void response.destroy();
  }
  const [answer] = await Promise.all([forward(passing, body), ...(fault === 'twice' ? [forget(passing, body)] : [])]);
  if (fault === 'drop after') {
    // What it does is done when the answer has begun to come.
    answer.destroy();
    return void response.destroy();
  }
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  response.once('close', () => answer.destroy());
  if (fault === 'silence') return response.flushHeaders();
  if (fault === 'cut answer') {
    const first = await firstOf(answer);
    // Of an answer without a body there is no half.
    if (first.length === 0) return void response.destroy();
    return void response.write(first.subarray(0, first.length / 2), () => response.destroy());
  }
  answer.on('error', () => response.destroy());
  answer.pipe(response);
}

function firstOf(answer: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    answer.once('data', resolve);
    answer.once('end', () => resolve(Buffer.alloc(0)));
    answer.once('error', reject);
  });
}

/** The second of a pair: somebody else's answer. */
async function forget(passing: Passing, body: Buffer): Promise<void> {
  const answer = await forward(passing, body);
  passing.response.once('close', () => answer.destroy());
  answer.resume();
  answer.on('error', () => {});
}

/** `length`: what the request claims to be long, if that is not true. */
function forward(
  { request, response, target, from }: Passing,
  body: Buffer,
  length?: number,
): Promise<IncomingMessage> {
  const { host: _, connection: __, ...headers } = request.headers;
  const sent = { ...headers, ...(from === undefined ? {} : { 'x-forwarded-for': from }) };
  return new Promise((resolve, reject) => {
    const further = httpRequest(target, { method: request.method ?? 'GET', headers: sent, agent: false }, resolve);
    further.on('error', reject);
    response.once('close', () => further.destroy());
    if (length === undefined) further.end(body);
    else further.write(body, () => further.destroy());
  });
}
