/**
 * Sends an answer of the Gemini double, whole or as broken as was asked for. Whatever it sends, it sends no faster than
 * it is taken: so much as arrives, the client has asked for.
 */
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { GeminiAnswer } from './answers.ts';
import { errorBody } from './bodies.ts';

type Sendable = Exclude<GeminiAnswer, { kind: 'picture' }>;

const JSON_TYPE = { 'content-type': 'application/json; charset=UTF-8' };
const BEGINNING = '{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"';
const CHUNK_BYTES = 64 * 2 ** 10;
/** So few that they arrive together. */
const PIECE_CHARACTERS = 10;

/** `good` is the answer that a broken one is a part of. */
export async function send(response: ServerResponse, answer: Sendable, good: () => Promise<string>): Promise<void> {
  switch (answer.kind) {
    case 'status': {
      const type = answer.body === undefined ? JSON_TYPE : { 'content-type': 'text/html; charset=UTF-8' };
      response.writeHead(answer.status, { ...type, ...answer.headers }).end(answer.body ?? errorBody(answer));
      return;
    }
    case 'json':
      return void response.writeHead(200, JSON_TYPE).end(JSON.stringify(answer.body));
    case 'text':
      return void response.writeHead(200, { 'content-type': answer.contentType ?? 'text/html' }).end(answer.body);
    case 'redirect':
      return void response.writeHead(answer.status, { location: answer.to }).end();
    case 'reset':
      return void response.req.socket.resetAndDestroy();
    case 'hang':
      if (answer.at === 'body') await half(response, good);
      return;
    case 'cut off':
      await half(response, good);
      if (answer.by === 'end') response.end();
      else response.req.socket.resetAndDestroy();
      return;
    case 'pieces':
      response.writeHead(200, JSON_TYPE);
      return pipeline(Readable.from(pieces(await good(), answer.pauses)), response);
    case 'endless':
    case 'announced': {
      const length = answer.kind === 'announced' ? { 'content-length': answer.bytes } : {};
      response.writeHead(answer.kind === 'endless' ? (answer.status ?? 200) : 200, { ...JSON_TYPE, ...length });
      return pipeline(Readable.from(letters(Number.POSITIVE_INFINITY)), response);
    }
    case 'gzip bomb': {
      response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' });
      const content = answer.of === 'text' ? letters(answer.bytes) : values(answer.bytes);
      return pipeline(Readable.from(content), createGzip(), response);
    }
  }
}

/** The first half of a good answer, on its way before this resolves. */
async function half(response: ServerResponse, good: () => Promise<string>): Promise<void> {
  const text = await good();
  response.writeHead(200, JSON_TYPE);
  await new Promise<void>(resolve => response.write(text.slice(0, text.length / 2), () => resolve()));
}

async function* pieces(text: string, pauses: readonly Promise<unknown>[]): AsyncGenerator<string> {
  for (const [index, pause] of pauses.entries()) {
    yield text.slice(index * PIECE_CHARACTERS, (index + 1) * PIECE_CHARACTERS);
    await pause;
  }
  yield text.slice(pauses.length * PIECE_CHARACTERS);
}

function* letters(bytes: number): Generator<Buffer> {
  yield Buffer.from(BEGINNING);
  const chunk = Buffer.alloc(CHUNK_BYTES, 'A');
  for (let sent = 0; sent < bytes; sent += chunk.length) yield chunk;
  if (bytes !== Number.POSITIVE_INFINITY) yield Buffer.from('"}}]}}]}');
}

/** The smallest text that makes the most objects. */
function* values(bytes: number): Generator<Buffer> {
  yield Buffer.from('{"candidates":[{}');
  const chunk = Buffer.from(',{}'.repeat(CHUNK_BYTES / 4));
  for (let sent = 0; sent < bytes; sent += chunk.length) yield chunk;
  yield Buffer.from(']}');
}
