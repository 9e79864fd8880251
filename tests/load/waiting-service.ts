/**
 * Starts `waiting-server.ts` and speaks to it: submits, and clients that wait as the documentation tells them to.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServerUsed, Told, WaitingServerOptions } from './waiting-server.ts';

export interface WaitingService {
  tell(what: Told): Promise<ServerUsed>;
  /** Submits another wish each time; resolves with the job's id. */
  submit(): Promise<string>;
  /** Waits by server-sent events or by held requests; resolves with the moment at which it heard of the end. */
  waitFor(id: string, how: 'events' | 'wait', signal: AbortSignal): Promise<Heard | undefined>;
}

export interface Heard {
  readonly finishedAt: number;
  readonly heardAt: number;
  /** How often it had to ask. */
  readonly requests: number;
}

interface JobSeen {
  readonly id: string;
  readonly done: boolean;
  readonly sequence: number;
  readonly finishedAt: string;
}

const SERVER = fileURLToPath(new URL('./waiting-server.ts', import.meta.url));

export async function withWaitingService(
  options: Omit<WaitingServerOptions, 'dataDir'>,
  test: (service: WaitingService) => Promise<void>,
): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'easel-waiting-'));
  const child = fork(SERVER, [JSON.stringify({ ...options, dataDir })], { execArgv: ['--expose-gc'] });
  const agent = new Agent({ keepAlive: true });
  try {
    const [{ url, key }] = (await once(child, 'message')) as [{ url: string; key: string }];
    const ask = (method: string, path: string, extra: Extra = {}) => open(url + path, { method, key, agent, ...extra });
    await test({
      async tell(what) {
        const answer = once(child, 'message') as Promise<[ServerUsed]>;
        child.send(what);
        return (await answer)[0];
      },
      submit: async () => (await submit(ask)).id,
      waitFor: (id, how, signal) => (how === 'wait' ? pollToEnd(ask, id, signal) : streamToEnd(ask, id, signal)),
    });
  } finally {
    agent.destroy();
    child.kill('SIGKILL');
    await rm(dataDir, { recursive: true, maxRetries: 3 });
  }
}

interface Extra {
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string;
  readonly signal?: AbortSignal;
}
type Ask = (method: string, path: string, extra?: Extra) => Promise<IncomingMessage>;

function open(
  url: string,
  { method, key, agent, headers, body, signal }: Extra & { method: string; key: string; agent: Agent },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      ...{ method, agent, headers: { authorization: `Bearer ${key}`, ...headers } },
      ...(signal ? { signal } : {}),
    });
    sent.on('response', resolve).on('error', reject).end(body);
  });
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of answer) text += chunk;
  return text;
}

/** 256 × 256 pixels of one colour; a byte behind its end makes each another photo. */
let photo: Buffer | undefined;
let submits = 0;

async function submit(ask: Ask): Promise<JobSeen> {
  const sharp = (await import('sharp')).default;
  const blank = { create: { width: 256, height: 256, channels: 3, background: '#777' } } as const;
  photo ??= await sharp(blank).jpeg().toBuffer();
  const comment = Buffer.from([0xff, 0xfe, 0, 6, ...Buffer.from(String(submits++).padStart(4))]);
  const data = Buffer.concat([photo.subarray(0, 2), comment, photo.subarray(2)]).toString('base64');
  const answer = await ask('POST', '/v1/jobs', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ style: 'charcoal', image: { data } }),
  });
  const text = await textOf(answer);
  if (answer.statusCode !== 202) throw new Error(`expected 202, got ${answer.statusCode}: ${text}`);
  return JSON.parse(text) as JobSeen;
}

async function pollToEnd(ask: Ask, id: string, signal: AbortSignal): Promise<Heard | undefined> {
  let after = 0;
  for (let requests = 1; !signal.aborted; requests++) {
    try {
      const headers = { prefer: 'wait=20' };
      const answer = await ask('GET', `/v1/jobs/${id}?after=${after}`, { headers, signal });
      const job = JSON.parse(await textOf(answer)) as JobSeen;
      if (job.done) return { finishedAt: Date.parse(job.finishedAt), heardAt: Date.now(), requests };
      after = job.sequence;
      if (answer.headers['preference-applied'] === undefined) await pause(answer, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
  return undefined;
}

async function streamToEnd(ask: Ask, id: string, signal: AbortSignal): Promise<Heard | undefined> {
  for (let requests = 1; !signal.aborted; requests++) {
    try {
      const answer = await ask('GET', `/v1/jobs/${id}/events`, { signal });
      if (answer.statusCode === 503) {
        await textOf(answer);
        await pause(answer, signal);
        continue;
      }
      let held = '';
      for await (const chunk of answer) {
        held = (held + chunk).slice(-8_192);
        const end = /"finishedAt":"([^"]+)"/.exec(held)?.[1];
        if (end !== undefined) return { finishedAt: Date.parse(end), heardAt: Date.now(), requests };
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
  return undefined;
}

/** As the answer asks for, each a little different from the others. */
function pause(answer: IncomingMessage, signal: AbortSignal): Promise<void> {
  const ms = Number(answer.headers['retry-after'] ?? 1) * 1_000 * (0.75 + Math.random() / 2);
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
