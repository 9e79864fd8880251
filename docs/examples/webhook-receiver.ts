/**
 * A server that takes Easel's webhooks: it verifies each message with the public library of Standard Webhooks, acts once
 * on each event, and answers before it does anything slow.
 *
 *   WEBHOOK_SECRET=whsec_… PORT=3000 node docs/examples/webhook-receiver.ts
 */
import { createServer, type IncomingMessage } from 'node:http';
import { Webhook } from 'standardwebhooks';

interface JobEnded {
  /** `job.succeeded`, `job.failed`, …: let types that you do not know pass. */
  readonly type: string;
  readonly data: { readonly id: string; readonly customId?: string; readonly links: { readonly output?: string } };
}

const BODY_BYTES_MAX = 256 * 1_024;
const webhook = new Webhook(process.env.WEBHOOK_SECRET ?? '');
/** In a shop this is a unique column, written in one transaction with what the event changes. */
const seen = new Set<string>();

const server = createServer(async (request, response) => {
  const body = await readBody(request);
  const event = body && verify(body, request);
  if (!event) return void response.writeHead(400).end();
  const id = String(request.headers['webhook-id']);
  // The same event may come twice, and after one that is newer.
  if (!seen.has(id)) {
    seen.add(id);
    const { id: jobId, customId = '', links } = event.data;
    console.log([event.type, jobId, customId, links.output ?? ''].join(' ').trim());
  }
  response.writeHead(204).end();
});

server.listen(Number(process.env.PORT ?? 3_000), '127.0.0.1', () => console.log('receiver listens'));

/** The bytes as they came: a body that was parsed and written anew has another signature. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Undefined for what Easel has not signed, or what was signed more than five minutes ago. */
function verify(body: Buffer, { headers }: IncomingMessage): JobEnded | undefined {
  try {
    return webhook.verify(body, headers as Record<string, string>) as JobEnded;
  } catch {
    return undefined;
  }
}
