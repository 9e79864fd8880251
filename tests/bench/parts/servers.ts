/** The servers that parts of the benchmark ask over HTTP: Easel, bare koa, and the peers behind a koa of their own. */
import type { KnownAnswer } from '../bare-server.ts';
import { type Contender, startPeer } from '../contenders.ts';
import type { EaselOptions, EaselReady } from '../easel-server.ts';
import { generate } from '../load.ts';
import type { Measured } from '../processes.ts';
import { submitsOf } from '../requests.ts';
import type { Stage } from '../stage.ts';

export interface Server extends Measured {
  readonly url: string;
  /** The server key; empty where there is none. */
  readonly key: string;
}

export type Easel = Server & { readonly ready: EaselReady };

export async function startEasel(
  { processes }: Stage,
  options: Omit<EaselOptions, 'dataDir'> = {},
  nodeOptions: readonly string[] = [],
): Promise<Easel> {
  const dataDir = await processes.folder();
  const easel = await processes.start<EaselReady>('./easel-server.ts', { dataDir, ...options }, nodeOptions);
  return { ...easel, ...easel.ready };
}

/** Easel as a shopper's page speaks to it: with a session instead of the server key. */
export async function asShopper(easel: Easel): Promise<Easel> {
  const headers = { Authorization: `Bearer ${easel.ready.storefrontKey}` };
  const answer = await fetch(`${easel.url}/v1/sessions`, { method: 'POST', headers });
  const { token } = (await answer.json()) as { token: string };
  return { ...easel, key: token };
}

export async function startBare({ processes }: Stage): Promise<Server> {
  const bare = await processes.start<{ url: string }>('./bare-server.ts');
  return { ...bare, url: bare.ready.url, key: '' };
}

/** With `works`, a second process works off what the first one takes in. */
export async function startPeerServer(
  { processes, databases }: Stage,
  contender: Contender,
  { works = false } = {},
): Promise<Server & { readonly worker?: Measured }> {
  const place = await contender.place(databases, processes);
  const server = await startPeer(processes, contender, place);
  const url = await server.ask<string>('serve');
  if (!works) return { ...server, url, key: '' };
  const worker = await startPeer(processes, contender, place);
  await worker.ask('work', { concurrency: WORK_CONCURRENCY });
  return { ...server, url, key: '', worker };
}

const WORK_CONCURRENCY = 10;

export interface KnownJob extends KnownAnswer {
  readonly path: string;
}

/** Submits a job and tells what its poll answers; with `wait`, once it is done. */
export async function submitOne(
  server: Pick<Server, 'url' | 'key'>,
  photo: Buffer,
  { wait = false } = {},
): Promise<KnownJob> {
  const load = { url: server.url, connections: 1, forMs: 1_000, requestsMax: 1, status: wait ? 200 : 202 };
  const { bodies } = await generate({ ...load, next: submitsOf(photo, { ...server, wait }) });
  const { id } = JSON.parse(bodies[0] ?? '{}') as { id: string };
  const path = `/v1/jobs/${id}`;
  const answer = await fetch(server.url + path, { headers: { Authorization: `Bearer ${server.key}` } });
  const etag = answer.headers.get('etag');
  return { path, body: await answer.text(), ...(etag ? { etag } : {}) };
}
