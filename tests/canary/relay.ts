/**
 * Stands between the service and the double of Gemini and keeps every request whole: the double itself keeps no photos.
 */
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { closeServer, listen } from '../doubles/tasks/listen.ts';

export interface Relay {
  readonly url: string;
  /** Heads and bodies of all requests so far. */
  readonly heard: () => string;
  close(): Promise<void>;
}

export async function openRelay(target: string): Promise<Relay> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    const relayed = buffer(request).then(body => {
      heard.push(`${request.method} ${request.url}`, ...request.rawHeaders, body.toString('latin1'));
      return relay(`${target}${request.url}`, { request, response, body });
    });
    // A connection that one side breaks is broken for the other.
    relayed.catch(() => response.destroy());
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  return { url, heard: () => heard.join('\n'), close: () => closeServer(server) };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
}

function relay(url: string, { request: { method = '', headers }, response, body }: Exchange): Promise<void> {
  return new Promise((resolve, reject) => {
    const further = httpRequest(url, { method, headers, agent: false }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, response).then(resolve, reject);
    });
    further.on('error', reject);
    further.end(body);
  });
}
