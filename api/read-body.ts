/**
 * Reads a request's body up to a bound, and not a byte further.
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
    for await (const chunk of request as AsyncIterable<Buffer>) {
      collector.add(chunk);
      if (collector.bytes() > bytesMax) throw new ProblemError('body_too_large');
    }
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError('body_invalid', { detail: 'The body ended before it was complete.', cause: error });
  }
  return collector.take();
}
