/**
 * Asks the API without a socket: the same requests and answers, in memory, so that no network decides what comes first.
 */
import { IncomingMessage, type RequestListener, ServerResponse } from 'node:http';
import { Duplex } from 'node:stream';

export interface Injected {
  readonly method: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: Uint8Array;
}

export interface InjectedAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly text: string;
}

/** Never resolves when the process behind it dies. */
export function inject(listener: RequestListener, { method, path, headers, body }: Injected): Promise<InjectedAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = memorySocket(chunk => chunks.push(chunk));
    const request = new IncomingMessage(socket as never);
    const length = body === undefined ? {} : { 'content-length': String(body.byteLength) };
    Object.assign(request, { method, url: path, headers: { host: 'easel.example', ...headers, ...length } });
    if (body !== undefined) request.push(Buffer.from(body));
    request.push(null);
    request.complete = true;
    const response = new ServerResponse(request);
    response.sendDate = false;
    response.assignSocket(socket as never);
    response.once('finish', () => {
      const raw = Buffer.concat(chunks).toString();
      const found = Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]);
      const text = raw.slice(raw.indexOf('\r\n\r\n') + 4);
      resolve({ status: response.statusCode, headers: Object.fromEntries(found), text });
      request.destroy();
      socket.destroy();
    });
    response.once('error', reject);
    listener(request, response);
  });
}

function memorySocket(take: (chunk: Buffer) => void): Duplex {
  const socket = new Duplex({
    read: () => {},
    write(chunk: Buffer | string, _, done) {
      take(Buffer.from(chunk));
      done();
    },
  });
  return Object.assign(socket, { remoteAddress: '192.0.2.7', encrypted: false, setTimeout: () => socket });
}
