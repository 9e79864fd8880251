/**
 * What is taken of an answer: so many bytes and no more. They are counted as they come, which is unpacked, because a
 * packed answer was not asked for and is refused.
 */
import type { IncomingMessage } from 'node:http';
import { OutboundError } from './outbound-error.ts';

export interface Fetched {
  readonly bytes: Buffer;
  /** What the server says, which is worth what the server is worth. */
  readonly contentType: string | undefined;
}

export interface Posted {
  readonly status: number;
  /** The beginning of the body, for a log of deliveries. */
  readonly text: string;
}

/** The whole body of a 200. Throws `bad_status`, `bad_answer` or `too_large`. */
export async function readWhole(answer: IncomingMessage, bytesMax: number): Promise<Fetched> {
  const { statusCode: status = 0, headers } = answer;
  if (status !== 200) throw new OutboundError('bad_status', { status, detail: `status ${status}` });
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity')
    throw new OutboundError('bad_answer', { detail: `encoded as ${encoding}` });
  const announced = Number(headers['content-length'] ?? bytesMax);
  if (announced > bytesMax) throw new OutboundError('too_large', { detail: `${announced} bytes announced` });
  const { bytes, cut } = await readUpTo(answer, announced);
  if (cut) throw new OutboundError('too_large', { detail: `more than ${bytesMax} bytes` });
  return { bytes, contentType: headers['content-type'] };
}

/** Any status with the first `bytesMax` bytes of its body; the server need not come to its end. */
export async function readStatus(answer: IncomingMessage, bytesMax: number): Promise<Posted> {
  const { bytes } = await readUpTo(answer, bytesMax);
  return { status: answer.statusCode ?? 0, text: bytes.toString('utf8') };
}

/** Room is made once: a list of chunks that is joined in the end holds a large photo twice. */
async function readUpTo(answer: IncomingMessage, bytesMax: number): Promise<{ bytes: Buffer; cut: boolean }> {
  const buffer = Buffer.allocUnsafeSlow(bytesMax);
  let filled = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    const copied = chunk.copy(buffer, filled);
    filled += copied;
    if (copied < chunk.length) return { bytes: buffer, cut: true };
  }
  return { bytes: buffer.subarray(0, filled), cut: false };
}
