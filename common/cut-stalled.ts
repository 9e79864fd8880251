/**
 * Ends connections whose body has stopped coming, or drips: a handful of such senders would otherwise hold all the memory
 * that is set aside for bodies, each for as long as a whole request may take.
 */
import type { IncomingMessage, Server } from 'node:http';

export interface StallLimits {
  readonly stallMs: number;
  readonly stallBytes: number;
}

export function cutStalled(server: Server, { stallMs, stallBytes }: StallLimits): void {
  server.prependListener('request', (request: IncomingMessage) => {
    if (!hasBody(request)) return;
    const { socket } = request;
    let seen = socket.bytesRead;
    const timer = setInterval(() => {
      const came = socket.bytesRead - seen;
      seen = socket.bytesRead;
      if (request.complete) clearInterval(timer);
      // What has come and nobody has taken yet is our own delay.
      else if (request.readableLength === 0 && came < stallBytes) socket.destroy();
    }, stallMs);
    timer.unref();
    const stop = () => clearInterval(timer);
    request.once('close', stop);
    socket.once('close', stop);
    request.once('close', () => socket.off('close', stop));
  });
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
