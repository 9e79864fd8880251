import { SignJWT, UnsecuredJWT } from 'jose';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Task } from '../common/platform/queue.ts';
import { encodeTask } from '../common/task-body.ts';
import { AUDIENCE, google, stranger, withEndpoint } from './http-world.ts';

const test = suite('the task endpoint');
const TASK: Task = { queue: 'interactive', name: 'job_1-1', kind: 'job', payload: { jobId: 'job_1' } };

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

test(
  'its figures are for whoever may deliver tasks, and for the machine itself',
  withEndpoint(async ({ ask, token, handled }) => {
    const good = await token();
    const forwarded = { 'X-Forwarded-For': '127.0.0.1' };
    assert.is((await ask('/metrics')).status, 200);
    assert.is((await ask('/metrics', { Host: 'localhost:9090' })).status, 200);
    for (const name of ['Forwarded', 'Via', 'X-Forwarded-For', 'X-Forwarded-Proto', 'X-Real-IP']) {
      assert.is((await ask('/metrics', { [name]: '127.0.0.1' })).status, 401, name);
      assert.is((await ask('/metrics', { [name]: '127.0.0.1', Authorization: good })).status, 200, name);
    }
    for (const host of ['worker.example', 'localhost.example', '127.0.0.1.example:8080']) {
      assert.is((await ask('/metrics', { Host: host })).status, 401, host);
    }
    for (const claims of [{ aud: 'https://other.example' }, { email: 'other@example.com' }, { exp: 1 }]) {
      const { status, text } = await ask('/metrics', { ...forwarded, Authorization: await token(claims) });
      assert.equal([status, text], [401, '{"status":"refused"}'], JSON.stringify(claims));
    }
    const signed = await token({}, stranger.privateKey);
    assert.is((await ask('/metrics', { ...forwarded, Authorization: signed })).status, 401);
    assert.equal(handled, []);
  }),
);

test(
  'its figures tell the slots of this worker and the jobs of the whole service, and name nobody',
  withEndpoint(async ({ ask, world }) => {
    const { id } = await world.admitted({ customer: 'customer-4711' });
    const { text, headers } = await ask('/metrics');
    assert.match(String(headers['content-type']), /^text\/plain; version=/);
    assert.is(headers['cache-control'], 'no-store');
    const lines = text.split('\n');
    for (const line of [
      'easel_worker_slots 8',
      'easel_worker_slots_used 0',
      'easel_jobs{status="queued",lane="interactive"} 1',
      'easel_state_unreadable 0',
    ]) {
      assert.ok(lines.includes(line), line);
    }
    assert.not.match(text, new RegExp(`customer-4711|default|${id}`));
  }),
);

test.run();
