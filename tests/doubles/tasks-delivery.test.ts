/** How the double delivers: headers, retries, deadlines, limits and pauses, as the documentation of Cloud Tasks has them. */
import { decodeJwt } from 'jose';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { backoffMs } from './tasks/backoff.ts';
import { QUEUE_DEFAULTS } from './tasks/messages.ts';
import { inRawWorld } from './tasks/raw-world.ts';
import { createKeyPair } from './tasks.ts';

const test = suite('Cloud Tasks double: deliveries');
const keys = await createKeyPair();
const ACCOUNT = 'tasks@example.iam.gserviceaccount.com';

test(
  "a delivery bears the headers of Cloud Tasks, and of the creator's those that it may set",
  inRawWorld(
    async ({ create, arrivals, clock, pass, url }) => {
      const headers = {
        'Content-Type': 'text/x',
        'X-Mine': '1',
        'User-Agent': 'me',
        'X-CloudTasks-TaskName': 'forged',
        'X-Google-Y': '1',
        Authorization: 'mine',
      };
      const oidcToken = { serviceAccountEmail: ACCOUNT, audience: 'aud' };
      const now = clock.now();
      await create('a', { httpRequest: { headers, oidcToken } });
      await create('b', { httpRequest: { headers: { Authorization: 'Basic x' }, oidcToken: null } });
      await create('c', { httpRequest: { oidcToken: { serviceAccountEmail: ACCOUNT } } });
      await pass(100);
      // Three deliveries at the same moment arrive in any order.
      const [a, b, c] = ['a', 'b', 'c'].map(
        name => arrivals.find(({ headers: sent }) => sent['x-cloudtasks-taskname'] === name)?.headers,
      );
      assert.equal(
        [a?.['content-type'], a?.['x-mine'], a?.['user-agent'], a?.['x-google-y'], a?.['content-length']],
        ['text/x', '1', 'Google-Cloud-Tasks', undefined, '1'],
      );
      assert.equal(
        ['queuename', 'taskname', 'taskretrycount', 'taskexecutioncount', 'tasketa'].map(
          name => a?.[`x-cloudtasks-${name}`],
        ),
        ['q', 'a', '0', '0', (now / 1_000).toFixed(6)],
      );
      const claims = decodeJwt(String(a?.authorization).replace('Bearer ', ''));
      assert.equal([claims.iss, claims.aud, claims.email], ['https://accounts.google.com', 'aud', ACCOUNT]);
      assert.is(claims.iat, now / 1_000);
      assert.is(b?.authorization, 'Basic x');
      assert.is(b?.['content-type'], undefined);
      assert.is(
        decodeJwt(String(c?.authorization).replace('Bearer ', '')).aud,
        url,
        'the URL, if no audience is given',
      );
    },
    { keys },
  ),
);

test(
  'every answer but 2xx brings the task back; the counts tell 5xx from the rest',
  inRawWorld(
    async ({ create, answer, arrivals, pass }) => {
      const statuses = [500, 404, 302, 503, 204];
      answer(() => statuses[arrivals.length - 1] ?? 200);
      await create('a');
      await pass(60_000);
      assert.equal(
        arrivals.map(({ at }) => at),
        [0, 1_000, 3_000, 7_000, 15_000],
      );
      const header = (name: string) => arrivals.map(({ headers }) => headers[`x-cloudtasks-${name}`]);
      assert.equal(header('taskretrycount'), ['0', '1', '2', '3', '4']);
      assert.equal(header('taskexecutioncount'), ['0', '0', '1', '2', '2']);
      assert.equal(header('taskpreviousresponse'), [undefined, '500', '404', '302', '503']);
    },
    { keys },
  ),
);

test('the wait doubles so often, then grows evenly, up to the greatest', () => {
  // The example of queue.proto.
  const settings = { ...QUEUE_DEFAULTS, minBackoffMs: 10, maxBackoffMs: 300, maxDoublings: 3 };
  const waits = Array.from({ length: 8 }, (_, n) => backoffMs(settings, n + 1));
  assert.equal(waits, [10, 20, 40, 80, 160, 240, 300, 300]);
});

test(
  'a target that says when is not asked earlier',
  inRawWorld(
    async ({ create, answer, arrivals, pass }) => {
      answer(() => (arrivals.length === 1 ? { status: 503, headers: { 'Retry-After': '30' } } : 200));
      await create('a');
      await pass(60_000);
      assert.equal(
        arrivals.map(({ at }) => at),
        [0, 30_000],
      );
    },
    { keys },
  ),
);

test(
  'a task is given up without a word when attempts and time are both used up, not before',
  inRawWorld(
    async ({ create, answer, arrivals, double, pass }) => {
      answer(() => 500);
      await create('a');
      await pass(120_000);
      assert.equal(
        arrivals.map(({ at }) => at),
        [0, 1_000, 3_000, 7_000, 15_000, 31_000],
      );
      assert.equal(double.tasks('q'), []);
    },
    { keys, settings: { maxAttempts: 3, maxRetryDurationMs: 20_000 } },
  ),
);

test(
  'after the deadline the target is given up on and asked again, while it still works',
  inRawWorld(
    async ({ create, answer, arrivals, double, pass }) => {
      let finish = () => {};
      const slow = new Promise<number>(resolve => (finish = () => resolve(200)));
      answer(() => (arrivals.length === 1 ? slow : 200));
      await create('a', { dispatchDeadline: { seconds: 20 } });
      await pass(19_000);
      assert.is(double.underDelivery(), 1);
      await pass(4_000);
      assert.equal(
        arrivals.map(({ at }) => at),
        [0, 21_000],
      );
      assert.equal(double.tasks('q'), []);
      finish();
      await pass(1_000);
      assert.is(arrivals.length, 2);
    },
    { keys },
  ),
);

test.run();
