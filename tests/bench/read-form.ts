/** How bare koa and the peers' servers read a submit: with the same parser as Easel, and nothing else. */
import type { IncomingMessage } from 'node:http';
import busboy from 'busboy';

/** The bytes of the form's file. */
export function readForm(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parser = busboy({ headers: request.headers });
    const chunks: Buffer[] = [];
    parser.on('file', (_name, file) => file.on('data', (chunk: Buffer) => chunks.push(chunk)));
    parser.on('error', reject);
    parser.on('close', () => resolve(Buffer.concat(chunks)));
    request.pipe(parser);
  });
}
