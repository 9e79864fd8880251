/**
 * The worker's endpoint over HTTP for its tests, with tokens as Google's issuer signs them, and as a stranger would.
 */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, get, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, type JWTPayload, SignJWT } from 'jose';
import { createMetrics } from '../common/metrics.ts';
import type { Task } from '../common/platform/queue.ts';
import { inWorld, type World } from '../tests/world.ts';
import { createWorker } from './app.ts';
import { createWorkerHttp } from './http.ts';
import { createTaskTokenCheck } from './task-token.ts';

export const AUDIENCE = 'https://worker.example';
const ACCOUNT = 'tasks@example.iam.gserviceaccount.com';
export const google = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });

export interface Endpoint {
  readonly world: World;
  readonly handled: Task[];
  readonly now: () => number;
  readonly claims: (change?: JWTPayload) => JWTPayload;
  readonly token: (change?: Record<string, unknown>, key?: KeyObject) => Promise<string>;
  readonly post: (path: string, body: string, authorization: string) => Promise<number>;
  /** By node:http, which sends any `Host`. */
  readonly ask: (path: string, headers?: OutgoingHttpHeaders) => Promise<Asked>;
  /** From now on the handler throws. */
  readonly fail: () => void;
}

interface Asked {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export function withEndpoint(
  run: (endpoint: Endpoint) => Promise<void>,
  { check = 'signature' }: { check?: 'signature' | 'iam' } = {},
) {
  return inWorld(async world => {
    const jwk = { ...(await exportJWK(google.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
    const certs = createServer((_, response) =>
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ keys: [jwk] })),
    );
    const certsUrl = `${await listening(certs)}/certs`;
    const handled: Task[] = [];
    let failing = false;
    const checkToken = createTaskTokenCheck({
      audience: AUDIENCE,
      serviceAccount: ACCOUNT,
      check,
      certsUrl,
      clock: world.clock,
    });
    const handle = async (task: Task) => {
      if (failing) throw new Error('the store is away');
      handled.push(task);
    };
    const engine = { ...world.engine, metrics: await createMetrics({ clock: world.clock }) };
    const { signal } = new AbortController();
    // Only its figures are asked for: the tasks of these tests are handled above.
    createWorker({ engine, model: world.model, slots: 8, draining: signal, stopping: signal });
    const server = createServer(createWorkerHttp({ engine, handle, checkToken }).callback());
    const url = await listening(server);
    const now = () => Math.floor(world.clock.now() / 1_000);
    const claims = (change: JWTPayload = {}): JWTPayload => ({
      iss: 'https://accounts.google.com',
      aud: AUDIENCE,
      email: ACCOUNT,
      email_verified: true,
      iat: now(),
      exp: now() + 3_600,
      ...change,
    });
    try {
      await run({
        world,
        handled,
        now,
        claims,
        token: async (change = {}, key = google.privateKey) =>
          `Bearer ${await new SignJWT(claims(change as JWTPayload)).setProtectedHeader({ alg: 'RS256', kid: 'k1' }).sign(key)}`,
        post: async (path, body, authorization) => {
          const headers = {
            Authorization: authorization,
            'Content-Type': 'application/json',
            'X-CloudTasks-TaskName': 'job_1-1',
          };
          return (await fetch(url + path, { method: 'POST', headers, body })).status;
        },
        ask: (path, headers = {}) => askBy(url + path, headers),
        fail: () => {
          failing = true;
        },
      });
    } finally {
      for (const open of [server, certs]) {
        open.closeAllConnections();
        await new Promise(closed => open.close(closed));
      }
    }
  });
}

function askBy(url: string, headers: OutgoingHttpHeaders): Promise<Asked> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, async response => {
      const text = Buffer.concat(await response.toArray()).toString();
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
    }).on('error', reject);
  });
}

function listening(server: ReturnType<typeof createServer>): Promise<string> {
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}
