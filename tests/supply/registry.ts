/**
 * A registry that only knows of advisories, or knows nothing: the other end of `npm audit` in its test.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { closeServer, listen } from '../doubles/tasks/listen.ts';

export interface Registry {
  readonly url: string;
  /** What was asked about, name to versions. */
  readonly asked: () => { readonly [name: string]: readonly string[] };
  close(): Promise<void>;
}

/** `advisories` by the name of the package; a number is a status instead. */
export async function openRegistry(advisories: { readonly [name: string]: object[] } | number): Promise<Registry> {
  let asked = {};
  const server = createServer(async (request, response) => {
    const known =
      request.method === 'POST' && request.url?.endsWith('/advisories/bulk') && typeof advisories === 'object';
    response.statusCode = known ? 200 : typeof advisories === 'number' ? advisories : 404;
    if (known) asked = JSON.parse(await bodyOf(request));
    response.setHeader('Content-Type', 'application/json');
    response.end(known ? JSON.stringify(advisories) : '{}');
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  return { url, asked: () => asked, close: () => closeServer(server) };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const bytes = await buffer(request);
  return (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
}
