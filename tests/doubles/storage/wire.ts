/**
 * Puts an answer of the storage double on the wire, whole or with the damage that a test asked for.
 */
import type { ServerResponse } from 'node:http';
import { type ApiFault, jsonError, xmlError } from './api-fault.ts';
import type { Answer, Operation } from './exchange.ts';
import type { Misbehaviour } from './trouble.ts';

/** How much goes out before a download that is held stops: enough for a reader to begin. */
const FIRST_BYTES = 64 * 1024;

export async function send(
  response: ServerResponse,
  answer: Answer,
  { head, trouble }: { head: boolean; trouble?: Misbehaviour | undefined },
): Promise<void> {
  const whole = bytesOf(answer.body);
  const content = trouble?.kind === 'truncate' ? whole.subarray(0, trouble.toBytes) : whole;
  const type = typeof answer.body === 'object' && !Buffer.isBuffer(answer.body) ? 'application/json' : 'text/plain';
  response.writeHead(answer.status, {
    'content-type': `${type}; charset=UTF-8`,
    ...(answer.status === 204 || answer.status === 304 ? {} : { 'content-length': String(content.length) }),
    ...answer.headers,
  });
  if (head) return void response.end();
  if (trouble?.kind === 'reset-download') {
    const part = content.subarray(0, trouble.afterBytes);
    return void response.write(part, () => response.socket?.resetAndDestroy());
  }
  if (trouble?.kind === 'hold' && trouble.at === 'download') {
    response.write(content.subarray(0, FIRST_BYTES));
    await trouble.until;
    return void response.end(content.subarray(FIRST_BYTES));
  }
  response.end(content);
}

/** The JSON API and IAM explain themselves in JSON, signed URLs in XML. */
export function refusal(fault: ApiFault, operation: Operation | undefined): Answer {
  if (operation?.startsWith('signed')) {
    return {
      status: fault.status,
      headers: { 'content-type': 'application/xml; charset=UTF-8' },
      body: xmlError(fault),
    };
  }
  return { status: fault.status, body: operation === 'media' ? fault.message : jsonError(fault) };
}

/** One byte in the middle changes. */
export function corrupted(content: Buffer): Buffer {
  const copy = Buffer.from(content);
  const middle = Math.floor(copy.length / 2);
  if (copy.length > 0) copy[middle] = (copy[middle] ?? 0) ^ 1;
  return copy;
}

function bytesOf(body: Answer['body']): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
