/**
 * A shop's server that takes webhooks and does as it is told: answers, redirects, hangs. Whatever comes is held against
 * the public library of Standard Webhooks, with every secret that the shop knows, before anything else.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

export interface Received {
  readonly id: string;
  readonly timestamp: number;
  readonly signatures: readonly string[];
  readonly type: string;
  readonly body: string;
  readonly data: { readonly id: string; readonly status: string; readonly [member: string]: unknown };
  /** Which of the secrets verify it, by their places in the list. */
  readonly verifiedBy: readonly number[];
}

export type Reply = number | 'hang' | 'cut' | { readonly redirect: string };

export interface Receiver {
  readonly origin: string;
  readonly received: readonly Received[];
  /** What it answers next, one after the other; then the last one for ever. */
  answer(...replies: Reply[]): void;
  close(): Promise<void>;
}

export interface ReceiverOptions {
  /** Known to the shop at this moment. */
  readonly secrets: () => readonly string[];
  /** The receiver's clock; default the real one. */
  readonly now?: () => number;
}

export async function openReceiver({ secrets, now = Date.now }: ReceiverOptions): Promise<Receiver> {
  const received: Received[] = [];
  let replies: Reply[] = [204];
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const body = (await buffer(request)).toString();
    received.push(read(request, body, { secrets: secrets(), now: now() }));
    const reply = replies.length > 1 ? replies.shift() : replies[0];
    if (reply === 'hang') return;
    if (reply === 'cut') return void request.socket.destroy();
    if (typeof reply === 'object') return void response.writeHead(301, { Location: reply.redirect }).end();
    response.writeHead(reply ?? 204).end();
  };
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer(...next) {
      replies = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

interface Verifying {
  readonly secrets: readonly string[];
  readonly now: number;
}

function read({ headers }: IncomingMessage, body: string, verifying: Verifying): Received {
  const { type, data } = JSON.parse(body) as Pick<Received, 'type' | 'data'>;
  const signed = {
    'webhook-id': String(headers['webhook-id']),
    'webhook-timestamp': String(headers['webhook-timestamp']),
    'webhook-signature': String(headers['webhook-signature']),
  };
  const verifiedBy = verifying.secrets.flatMap((secret, index) =>
    isVerified(secret, body, { signed, now: verifying.now }) ? [index] : [],
  );
  return {
    id: signed['webhook-id'],
    timestamp: Number(signed['webhook-timestamp']) * 1_000,
    signatures: signed['webhook-signature'].split(' '),
    ...{ type, data, body, verifiedBy },
  };
}

/** The library asks `Date.now()` and nothing else for the time, and at once: for that moment it is the receiver's. */
function isVerified(
  secret: string,
  body: string,
  { signed, now }: { signed: { [name: string]: string }; now: number },
): boolean {
  const realNow = Date.now;
  Date.now = () => now;
  try {
    new Webhook(secret).verify(body, signed);
    return true;
  } catch {
    return false;
  } finally {
    Date.now = realNow;
  }
}
