/**
 * For tests: drives the real command line as a script does, in a pipe and in a directory of its own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { BARE_ENVIRONMENT } from '../../tests/bare-environment.ts';
import { PHOTO, type Service, withService } from '../../tests/service.ts';

const EASEL = fileURLToPath(new URL('./easel.ts', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** The lines of the standard output as JSON. */
  readonly json: () => Record<string, unknown>[];
}

/** What the offline model draws fastest. */
export const SMALL = { style: 'fine-art-bw', options: '{"size":"512"}' };
/** One job's id on a line of its own. */
export const ID_LINE = /^job_[a-z0-9]{26}\n$/;
export const ESCAPE = String.fromCharCode(0x1b);

export interface Desk {
  /** Where the command line runs; `cat.jpg` is there. */
  readonly directory: string;
  start(args: readonly string[]): { readonly child: ChildProcess; readonly finished: Promise<Finished> };
  /** `env` is added to that of the desk for this call. */
  run(line: string | readonly string[], env?: Environment): Promise<Finished>;
}

type Environment = { readonly [name: string]: string };

/** A directory with a photo, where `easel` runs with that environment and nothing else of this process's. */
export async function atDesk(env: Environment, work: (desk: Desk) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'easel-desk-'));
  const start = (args: readonly string[], more: Environment = {}) => {
    const settings = { ...BARE_ENVIRONMENT, TZ: 'UTC', ...env, ...more };
    const child = spawn(process.execPath, [EASEL, ...args], { cwd: directory, env: settings });
    child.stdin.end();
    return { child, finished: finish(child) };
  };
  try {
    await writeFile(join(directory, 'cat.jpg'), PHOTO);
    await work({
      directory,
      start,
      run: (line, more) => start(typeof line === 'string' ? line.split(' ') : line, more).finished,
    });
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** A desk whose environment leads to a service of its own. */
export function atService(
  work: (desk: Desk, service: Service) => Promise<void>,
  env: Environment = {},
): () => Promise<void> {
  return withService(async service => {
    const { server } = await service.keys();
    await atDesk({ EASEL_URL: service.url(), EASEL_KEY: server }, desk => work(desk, service));
  }, env);
}

async function finish(child: ReturnType<typeof spawn>): Promise<Finished> {
  const code = new Promise<number | null>(resolve => child.once('close', resolve));
  const [out, err] = await Promise.all([child.stdout, child.stderr].map(stream => (stream ? text(stream) : '')));
  const lines = (out ?? '').split('\n').filter(Boolean);
  return { code: await code, out: out ?? '', err: err ?? '', json: () => lines.map(line => JSON.parse(line)) };
}

export type Answering = (request: IncomingMessage & { readonly body: string }, response: ServerResponse) => unknown;

/** A server that answers, or misbehaves, as the test says; the command line at the desk takes it for Easel. */
export async function withServer(
  answer: Answering,
  work: (desk: Desk, url: string) => Promise<void>,
  env: Environment = {},
): Promise<void> {
  const server = createServer(async (request, response) => {
    request.setEncoding('latin1');
    answer(Object.assign(request, { body: await text(request) }), response);
  });
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await atDesk({ EASEL_URL: url, EASEL_KEY: 'sk_test', ...env }, desk => work(desk, url));
  } finally {
    server.closeAllConnections();
    await new Promise(closed => server.close(closed));
  }
}

export function send(response: ServerResponse, status: number, body: unknown, headers: Environment = {}): void {
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  response.writeHead(status, { 'Content-Type': type, 'Request-Id': 'req-1', ...headers });
  response.end(JSON.stringify(body));
}
