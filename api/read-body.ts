/**
 * Reads a request's body up to a bound, and keeps not a byte more.
 */
import type { IncomingMessage } from 'node:http';
import { ProblemError } from '../common/errors.ts';
import { createCollector } from './collect.ts';

/** Throws `body_too_large` beyond `bytesMax`, and `body_invalid` when the client goes away in the middle. */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > bytesMax) throw new ProblemError('body_too_large');
  const collector = createCollector(announced);
  try {
    // The request must survive a refusal, or the client would see a broken connection instead of the answer.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      collector.add(chunk);
      if (collector.bytes() > bytesMax) break;
    }
  } catch (error) {
    throw new ProblemError('body_invalid', { detail: 'The body ended before it was complete.', cause: error });
  }
  if (collector.bytes() <= bytesMax) return collector.take();
  // Whatever is left is read and dropped, so that the connection can be used again.
  request.resume();
  throw new ProblemError('body_too_large');
}
