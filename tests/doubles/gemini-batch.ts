/**
 * A double of Gemini's Batch and Files API on the wire, as the SDK speaks to it: resumable uploads, batches with every
 * state they can have, results as a file of lines. A batch stays PENDING until a test says how it goes on. It takes
 * what the real models take, refuses the rest, misbehaves as it is told, and counts what it would bill.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { CATALOGUE, type Catalogue } from '../../common/models.ts';
import { errorBody } from './gemini/bodies.ts';
import { type Refused, refuse, refuseStranger } from './gemini/requests.ts';
import { type Answers, createBatches, type HeldBatch } from './gemini-batch/batches.ts';
import { createFiles } from './gemini-batch/files.ts';
import { closeServer, listen } from './tasks/listen.ts';

export type { HeldBatch, ItemAnswer } from './gemini-batch/batches.ts';

/** `lost` = it is done, and the answer does not arrive; `half` = the first half of it does. */
export type BatchTrouble = Omit<Refused, 'kind'> | 'reset' | 'lost' | 'half';
export type Operation = 'start' | 'upload' | 'create' | 'get' | 'list' | 'cancel' | 'download' | 'delete';

export interface BatchDouble {
  readonly url: string;
  readonly apiKey: string;
  /** Serves a request that is meant for it; for a server of somebody else's. */
  readonly also: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** All that were ever created, oldest first. */
  readonly batches: readonly HeldBatch[];
  /** Another state, more may come. */
  set(batch: HeldBatch, state: string): void;
  /** The end, with the answers to its items in a results file; without `answers` there is none. */
  end(batch: HeldBatch, state: string, answers?: Answers): Promise<void>;
  /** The next requests of that kind, one each. */
  plan(operation: Operation, ...troubles: readonly BatchTrouble[]): void;
  /** How often it was asked. */
  asked(operation: Operation): number;
  /** Files that are with it now. */
  files(): readonly string[];
  dropFile(name: string): void;
  retire(model: string): void;
  close(): Promise<void>;
}

const API_KEY = `AIzaSy${'-double'.repeat(5)}`;

const ROUTES: readonly (readonly [Operation, string, RegExp])[] = [
  ['start', 'POST', /^\/upload\/v1beta\/files$/],
  ['upload', 'POST', /^\/upload\/session\/([^/?]+)$/],
  ['create', 'POST', /^\/v1beta\/models\/([^/:]+):batchGenerateContent$/],
  ['cancel', 'POST', /^\/v1beta\/batches\/([^/:]+):cancel$/],
  ['get', 'GET', /^\/v1beta\/batches\/([^/:?]+)$/],
  ['list', 'GET', /^\/v1beta\/batches$/],
  ['download', 'GET', /^\/v1beta\/files\/([^/:]+):download$/],
  ['delete', 'DELETE', /^\/v1beta\/files\/([^/:?]+)$/],
];

export interface Reply {
  readonly body: string | Buffer;
  readonly headers?: { readonly [name: string]: string };
}

export async function openBatchDouble({ catalogue = CATALOGUE }: { catalogue?: Catalogue } = {}): Promise<BatchDouble> {
  const planned = new Map<Operation, BatchTrouble[]>();
  const asked = new Map<Operation, number>();
  const retired = new Set<string>();
  const door = { catalogue, apiKey: API_KEY, token: '', retired };
  const files = createFiles();
  const held = createBatches({ door, files });

  async function reply(operation: Operation, argument: string, request: IncomingMessage): Promise<Reply | Refused> {
    const stranger = refuseStranger(request.headers, false, door);
    if (stranger) return stranger;
    const body = await buffer(request);
    const query = new URL(request.url ?? '', 'http://double').searchParams;
    switch (operation) {
      case 'start':
        return files.start(request.headers);
      case 'upload':
        return files.upload(argument, request.headers, body);
      case 'download':
        return files.download(argument);
      case 'delete':
        return files.delete(argument);
      case 'create':
        return held.create(argument, body);
      case 'cancel':
        return held.cancel(argument);
      case 'get':
        return held.get(argument);
      case 'list':
        return held.list(query);
    }
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const route = ROUTES.find(([, method, pattern]) => request.method === method && pattern.test(path));
    if (!route) return sendRefusal(response, refuse(404, 'Not found.'));
    const [operation, , pattern] = route;
    asked.set(operation, (asked.get(operation) ?? 0) + 1);
    const trouble = planned.get(operation)?.shift();
    if (trouble === 'reset') return void request.socket.resetAndDestroy();
    if (typeof trouble === 'object') {
      await buffer(request);
      return sendRefusal(response, { kind: 'status', ...trouble });
    }
    const answer = await reply(operation, pattern.exec(path)?.[1] ?? '', request);
    if ('kind' in answer) return sendRefusal(response, answer);
    if (trouble === 'lost') return void request.socket.resetAndDestroy();
    const { body, headers } = answer;
    const bytes = Buffer.from(body);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length, ...headers });
    if (trouble !== 'half') return void response.end(bytes);
    response.write(bytes.subarray(0, bytes.length / 2), () => request.socket.resetAndDestroy());
  }

  const begin = (request: IncomingMessage, response: ServerResponse) =>
    void serve(request, response).catch(() => response.destroy());
  const server = createServer(begin);
  const url = `http://127.0.0.1:${await listen(server)}`;

  return {
    url,
    apiKey: API_KEY,
    also(request, response) {
      const ours = /^\/(upload\/|v1beta\/)/.test(request.url ?? '');
      if (ours) begin(request, response);
      return ours;
    },
    batches: held.batches,
    set: held.set,
    end: held.end,
    plan: (operation, ...troubles) => void planned.set(operation, [...(planned.get(operation) ?? []), ...troubles]),
    asked: operation => asked.get(operation) ?? 0,
    files: files.names,
    dropFile: files.drop,
    retire: model => void retired.add(model),
    close: () => closeServer(server),
  };
}

function sendRefusal(response: ServerResponse, refused: Refused): void {
  response
    .writeHead(refused.status, { 'content-type': 'application/json', ...refused.headers })
    .end(errorBody(refused));
}
