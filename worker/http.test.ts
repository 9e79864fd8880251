import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Task } from '../common/platform/queue.ts';
import { encodeTask } from '../common/task-body.ts';
import { inWorld, type World } from '../tests/world.ts';
import { createWorkerHttp } from './http.ts';
import { createTaskTokenCheck } from './task-token.ts';

const test = suite('the task endpoint');
const AUDIENCE = 'https://worker.example';
const ACCOUNT = 'tasks@example.iam.gserviceaccount.com';
const TASK: Task = { queue: 'interactive', name: 'job_1-1', kind: 'job', payload: { jobId: 'job_1' } };
const google = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });

test(
  'a task with the right token is handled once, and its answer is 2xx',
  withEndpoint(async ({ post, token, handled }) => {
    assert.is(await post('/tasks/job', encodeTask(TASK), await token()), 200);
    assert.equal(handled, [TASK]);
  }),
);

test(
  'forged, stale and foreign tokens are refused, and change nothing',
  withEndpoint(async ({ post, token, handled, claims, now }) => {
    const publicKey = Buffer.from(String(google.publicKey.export({ format: 'pem', type: 'spki' })));
    const hs256 = await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(publicKey);
    const good = await token();
    const forged: [string, string][] = [
      ['none', ''],
      ['no bearer', good.replace('Bearer ', '')],
      ['garbage', 'Bearer abc.def.ghi'],
      ['unsigned', `Bearer ${new UnsecuredJWT(claims()).encode()}`],
      ['HS256 with the public key', `Bearer ${hs256}`],
      ['signed by a stranger', await token({}, stranger.privateKey)],
      ['signature cut off', good.slice(0, good.lastIndexOf('.') + 1)],
      ['signature changed', `${good.slice(0, -6)}AAAAAA`],
      ['another audience', await token({ aud: 'https://other.example' })],
      ['no audience', await token({ aud: undefined })],
      ['audience as a list with others', await token({ aud: [AUDIENCE, 'x'] })],
      ['another issuer', await token({ iss: 'https://accounts.example' })],
      ['another account', await token({ email: 'other@example.iam.gserviceaccount.com' })],
      ['email not verified', await token({ email_verified: false })],
      ['no email', await token({ email: undefined })],
      ['expired', await token({ iat: now() - 7_200, exp: now() - 3_600 })],
      ['from the future', await token({ iat: now() + 3_600, exp: now() + 7_200 })],
      ['valid for a year', await token({ exp: now() + 31_536_000 })],
    ];
    for (const [what, authorization] of forged) {
      assert.is(await post('/tasks/job', encodeTask(TASK), authorization), 401, what);
      assert.is(await post('/tasks/sweep', '', authorization), 401, what);
    }
    assert.equal(handled, []);
  }),
);

test(
  "behind Cloud Run's own check the claims still have to fit",
  withEndpoint(
    async ({ post, token, handled }) => {
      const good = await token();
      const stripped = `${good.slice(0, good.lastIndexOf('.'))}.SIGNATURE_REMOVED_BY_GOOGLE`;
      assert.is(await post('/tasks/job', encodeTask(TASK), stripped), 200);
      for (const change of [
        { email: 'other@example.com' },
        { aud: 'https://other.example' },
        { exp: 1 },
        { email_verified: false },
      ]) {
        assert.is(await post('/tasks/job', encodeTask(TASK), await token(change)), 401, JSON.stringify(change));
      }
      assert.is(handled.length, 1);
    },
    { check: 'iam' },
  ),
);

test(
  'what is no task is taken off the queue; a task whose store is away is asked for again',
  withEndpoint(async ({ post, token, handled, fail }) => {
    for (const body of ['', 'x', '{}', encodeTask({ ...TASK, kind: 'upkeep' }), 'x'.repeat(20_000)]) {
      assert.is(await post('/tasks/job', body, await token()), 200);
    }
    assert.equal(handled, []);
    fail();
    assert.is(await post('/tasks/job', encodeTask(TASK), await token()), 503);
    assert.is(await post('/tasks', '', await token()), 404);
    assert.is(await post('/', '', await token()), 404);
  }),
);

test(
  'the scheduler sweeps',
  withEndpoint(async ({ post, token, world }) => {
    const { id } = await world.admitted();
    await world.engine.queue.remove('interactive', `${id}-1`);
    await world.clock.advance(60_000);
    assert.is(await post('/tasks/sweep', '', await token()), 200);
    assert.is((await world.run(id)).dispatch, 2);
  }),
);

test.run();

interface Endpoint {
  readonly world: World;
  readonly handled: Task[];
  readonly now: () => number;
  readonly claims: (change?: JWTPayload) => JWTPayload;
  readonly token: (change?: Record<string, unknown>, key?: KeyObject) => Promise<string>;
  readonly post: (path: string, body: string, authorization: string) => Promise<number>;
  /** From now on the handler throws. */
  readonly fail: () => void;
}

function withEndpoint(
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
    const server = createServer(createWorkerHttp({ engine: world.engine, handle, checkToken }).callback());
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

function listening(server: ReturnType<typeof createServer>): Promise<string> {
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}
