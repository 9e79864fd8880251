/**
 * What the command line makes of answers that no test service gives: jobs that end badly, damaged pictures, names that
 * are meant to harm. The other side is a server that answers as the test says.
 */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PHOTO } from '../../tests/service.ts';
import { waitFor } from '../../tests/wait-for.ts';
import type { JobAnswer } from './answers.ts';
import { ESCAPE, send, withServer } from './easel-process.ts';

const test = suite('easel when things go wrong');
const AT = '2026-11-23T06:00:00.000Z';
const JOB: JobAnswer = {
  id: 'job_00000000000000000000000001',
  status: 'queued',
  done: false,
  sequence: 1,
  style: 'ink-wash',
  createdAt: AT,
  attempt: 0,
  pollAfterMs: 50,
  reused: false,
  charge: 'held',
};
const ENDED = { ...JOB, done: true, sequence: 3, attempt: 1, startedAt: AT, finishedAt: AT };

test('what became of a cancel is said in words', async () => {
  const answers = { a: { ...ENDED, status: 'canceled' }, b: { ...JOB, status: 'running', cancelRequested: true } };
  await withServer(
    ({ url }, response) => send(response, 200, url?.includes('/a/') ? answers.a : answers.b),
    async ({ run }) => {
      const { code, out } = await run('jobs cancel a b');
      assert.equal([code, out], [0, `${JOB.id}  canceled\n${JOB.id}  running, is being stopped\n`]);
    },
  );
});

test('a job that ends without a picture ends with 1 and says why', async () => {
  const error = { code: 'content_blocked', message: 'Declined by the safety rules.', retryable: false };
  await withServer(
    ({ method }, response) => send(response, 200, method === 'POST' ? JOB : { ...ENDED, status: 'blocked', error }),
    async ({ run, directory }) => {
      const blocked = await run('generate cat.jpg --style ink-wash');
      assert.equal([blocked.code, blocked.out], [1, '']);
      assert.match(blocked.err, /blocked in 0.0s {2}content_blocked.*\n {2}Declined by the safety rules\.\n/);
      const json = await run('generate cat.jpg --style ink-wash --json');
      assert.equal([json.code, json.json()[0]?.status], [1, 'blocked']);
      assert.equal(await readdir(directory), ['cat.jpg']);
    },
  );
});

test('the place in the queue is shown as it moves', async () => {
  const places = [7, 3, 1];
  const waits: unknown[] = [];
  await withServer(
    ({ method, url, headers }, response) => {
      if (method === 'POST') return send(response, 202, { ...JOB, queue: { position: 9, etaSeconds: 40 } });
      waits.push(headers.prefer, url);
      const position = places.shift();
      const job = position ? { ...JOB, queue: { position, etaSeconds: position } } : { ...ENDED, status: 'canceled' };
      return send(response, 200, job);
    },
    async ({ run }) => {
      const { code, err } = await run('generate cat.jpg --style ink-wash');
      const seen = [...err.matchAll(/number (\d) in the queue, about (\S+) left/g)].map(match => match.slice(1));
      assert.equal(waits.slice(0, 2), ['wait=5', `/v1/jobs/${JOB.id}?after=1`]);
      assert.equal(
        [code, seen],
        [
          1,
          [
            ['9', '40s'],
            ['7', '7.0s'],
            ['3', '3.0s'],
            ['1', '1.0s'],
          ],
        ],
      );
    },
  );
});

test('a picture that arrives damaged is not saved, and the key stays with the API', async () => {
  let withKey: unknown;
  const output = { url: '', contentType: 'image/jpeg', sha256: createHash('sha256').update(PHOTO).digest('hex') };
  await withServer(
    (asked, response) => {
      if (asked.url?.startsWith('/picture')) {
        withKey = asked.headers.authorization;
        return response.writeHead(200, { 'Content-Type': 'image/jpeg' }).end(PHOTO.subarray(0, 1_000));
      }
      if (asked.url?.endsWith('/output')) return response.writeHead(302, { Location: '/picture?signature=x' }).end();
      return send(response, 200, { ...ENDED, status: 'succeeded', output });
    },
    async ({ run, directory }) => {
      const damaged = await run('generate cat.jpg --style ink-wash');
      assert.equal([damaged.code, damaged.out, withKey], [1, '', undefined]);
      assert.match(damaged.err, /arrived damaged[\s\S]*easel jobs download job_/);
      assert.equal(await readdir(directory), ['cat.jpg']);
    },
  );
});

test('Ctrl-C leaves the job alone and says how to look at it', async () => {
  let waiters = 0;
  await withServer(
    ({ method }, response) => (method === 'POST' ? send(response, 202, JOB) : waiters++),
    async ({ start }) => {
      for (const more of [[], ['--json']]) {
        const before = waiters;
        const { child, finished } = start(['generate', 'cat.jpg', '--style', 'ink-wash', ...more]);
        await waitFor('the command to wait for the job', () => waiters > before);
        child.kill('SIGINT');
        const { code, err } = await finished;
        assert.is(code, 130);
        assert.match(err, more.length === 0 ? `easel jobs show ${JOB.id}` : `"jobs":["${JOB.id}"]`);
      }
    },
  );
});

test('names from outside cannot steer the terminal', async () => {
  const customId = `${ESCAPE}]0;owned${ESCAPE}[2J`;
  await withServer(
    ({ url }, response) => {
      const job = { ...ENDED, status: 'failed', customId, metadata: { [customId]: customId } };
      send(response, 200, url?.startsWith('/v1/jobs?') ? { jobs: [job] } : job);
    },
    async ({ run }) => {
      for (const line of ['jobs list', `jobs show ${JOB.id}`]) {
        const { out } = await run(line);
        assert.match(out, '�]0;owned�[2J');
        assert.is(out.includes(ESCAPE), false);
      }
    },
  );
});

test.run();
