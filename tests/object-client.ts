/**
 * A client of the objects route for its tests.
 */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import * as assert from 'uvu/assert';
import type { DirectoryWorld } from './bucket-world.ts';

export const HOUR_MS = 3_600_000;

export function readUrl({ bucket, clock }: DirectoryWorld, path: string, downloadName?: string): Promise<string> {
  const expiresAt = clock.now() + HOUR_MS;
  return bucket.signedReadUrl(path, { expiresAt, ...(downloadName === undefined ? {} : { downloadName }) });
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Node's own client: unlike `fetch` it shows each answer as it is, and lets a test send less than it announced. Of a
 * stream of events it takes the first bytes alone.
 */
export function send(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: Uint8Array } = {},
) {
  return new Promise<Answer>((resolve, reject) => {
    const request = httpRequest(url, { method: options.method ?? 'GET', headers: options.headers ?? {}, agent: false });
    request.on('error', reject).on('response', response => {
      if (/^text\/event-stream/.test(response.headers['content-type'] ?? '')) {
        response.once('data', (body: Buffer) => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
          response.destroy();
        });
        return;
      }
      Array.fromAsync(response as AsyncIterable<Uint8Array>).then(chunks => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      }, reject);
    });
    request.end(options.body);
  });
}

/** A refusal has a code and is not kept by anyone. */
export function assertRefused(answer: Answer, status: number, code: string): void {
  assert.equal([answer.status, JSON.parse(answer.body.toString() || '{}').code], [status, code]);
  assert.match(answer.headers['content-type'] ?? '', 'application/problem+json');
  assert.is(answer.headers['cache-control'], 'no-store');
}
