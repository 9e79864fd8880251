/**
 * Listens and stops listening, the same way in every process.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Serving {
  /** Where it listens, with the port that it really has. */
  readonly url: string;
  /** Takes no new connection, keeps none open, and resolves when the requests under way are answered. */
  close(): Promise<void>;
}

/** Sends a photo of 20 MiB over a slow phone line, and ends those who send a byte a minute. */
const REQUEST_TIMEOUT_MS = 120_000;

/** Throws with a sentence for the operator when the address is not to be had. */
export async function serve(
  listener: RequestListener,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Serving> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, listener);
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
