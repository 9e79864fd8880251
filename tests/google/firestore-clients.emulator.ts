/**
 * The main job as a page sees it that reads Firestore instead of polling the API: the real services, the real SDK, the
 * official emulator with the rules of `infra-scripts/google/firestore.rules`, and a double of Firebase Auth.
 */
import { createHash } from 'node:crypto';
import type { Firestore } from '@google-cloud/firestore';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Job } from '../../common/job.ts';
import type { JobAnswer } from '../service.ts';
import { waitFor } from '../wait-for.ts';
import { forbidden, PERMISSION_DENIED, refusal } from './forbidden.ts';
import { inShop, openSession, type Shop, type Shopper } from './shopper.ts';

export const FILE_LIMIT_MS = 300_000;

process.env.EASEL_TEST_PLATFORM = 'google';
const { DONE_LIMIT_MS, download, withService } = await import('../service.ts');

const test = suite('Firestore for clients');

test(
  'a page sees its job from the queue to the picture, by polling the document and by listening to it',
  withService(
    inShop(async ({ service, backends, enter }) => {
      const shopper = await enter();
      const { projectId, databaseId, token } = shopper.session.firestore;
      assert.equal([projectId, databaseId], [backends.project, '(default)']);
      // While there is no worker the job waits, so that its beginning can be seen.
      await service.kill(['worker']);
      const { body: submitted } = await service.submit({ style: 'charcoal' }, { key: shopper.session.token });
      const heard = listen(shopper.db, submitted.id);
      const polled = poll(shopper.db, submitted.id);
      await waitFor('the beginning', () => heard.states.length > 0 && polled.states.length > 0);
      await service.start();
      await waitFor('the end', () => heard.states.at(-1)?.done && polled.states.at(-1)?.done, {
        limitMs: DONE_LIMIT_MS,
      });
      heard.stop();
      await polled.ended;

      for (const { states } of [heard, polled]) {
        assert.equal([states[0]?.status, states.at(-1)?.status], ['queued', 'succeeded']);
        const sequences = states.map(({ sequence }) => sequence);
        assert.equal(
          sequences,
          sequences.toSorted((a, b) => a - b),
          'no state comes after a later one',
        );
      }
      assert.ok(heard.states.some(({ status }) => status === 'running'));
      assert.equal(heard.states.at(-1), polled.states.at(-1));
      await isWhatTheApiShows(polled.states.at(-1), { service, shopper });
      assert.not.match(service.output(), token);
      assert.not.match(service.output(), 'eyJ', 'no token of any kind is logged');
    }),
  ),
);

test(
  'whatever is not its own job is refused to a page, whichever way it asks, and nothing of it changes',
  withService(
    inShop(async ({ service, backends, enter, openAsService }) => {
      const [shopper, other] = [await enter(), await enter()];
      const { databaseId } = shopper.session.firestore;
      assert.is(databaseId, 'pictures');
      const asService = openAsService(databaseId);
      assert.is.not(shopper.uid, other.uid);
      const [own, foreign] = await Promise.all(
        [shopper, other].map(async ({ session }) => {
          const { body } = await service.submit({ style: 'charcoal' }, { key: session.token });
          return (await service.done(body.id)).id;
        }),
      );
      if (own === undefined || foreign === undefined) throw new Error('two jobs were submitted');
      const before = await everything(asService);
      assert.ok(before.length >= 4, 'two jobs, two runs');

      assert.is((await shopper.db.doc(`jobs/${own}`).get()).get('ownerUid'), shopper.uid);
      assert.is((await other.db.doc(`jobs/${foreign}`).get()).get('ownerUid'), other.uid);
      for (const [what, ask] of Object.entries(forbidden(shopper, { own, foreign }))) {
        assert.is(await refusal(ask), PERMISSION_DENIED, what);
      }
      const statuses = await Promise.all(
        [own, foreign, 'job_00000000000000000000000000'].map(async id => {
          const headers = { Authorization: `Bearer ${shopper.idToken}` };
          const database = `projects/${backends.project}/databases/${databaseId}`;
          const url = `http://${backends.emulatorHost}/v1/${database}/documents/jobs/${id}`;
          return [(await fetch(url, { headers })).status, (await fetch(url)).status];
        }),
      );
      assert.equal(
        statuses,
        [
          [200, 403],
          [403, 403],
          [403, 403],
        ],
        'over HTTP: signed in, and not',
      );
      assert.equal(await everything(asService), before);
    }),
    { FIRESTORE_DATABASE: 'pictures' },
  ),
);

test(
  'when nobody signs, the API says so, and a session without Firestore is opened all the same',
  withService(
    inShop(async ({ service, backends, enter }) => {
      backends.storage.plan({ on: 'signBlob', what: { kind: 'refuse', status: 403 }, times: 5 });
      const refused = await openSession(service);
      assert.equal([refused.status, (refused.body as { code?: string }).code], [503, 'unavailable']);
      assert.ok(Number(refused.headers.get('retry-after')) > 0);
      assert.is(backends.storage.requestsOf('signBlob'), 5);
      const { status, body } = await openSession(service, {});
      assert.equal([status, Object.keys(body).sort()], [201, ['expiresAt', 'token']]);
      assert.is(backends.storage.requestsOf('signBlob'), 5, 'it asks for no signature');
      assert.match((await enter()).uid, /^[0-9a-z]{26}$/);
      assert.match(service.output(), 'IAM did not sign');
      assert.not.match(service.output(), 'eyJ');
    }),
  ),
);

test.run();

/** What Firestore said of a job, in the order in which it was said. */
interface Seen {
  readonly states: Job[];
}

function listen(db: Firestore, id: string): Seen & { stop(): void } {
  const states: Job[] = [];
  const stop = db.doc(`jobs/${id}`).onSnapshot(
    snapshot => states.push(snapshot.data() as Job),
    error => console.log(`the listening ended: ${error.message}`),
  );
  return { states, stop };
}

/** Asks again as often as the document itself says, until the job is done. */
function poll(db: Firestore, id: string): Seen & { readonly ended: Promise<void> } {
  const states: Job[] = [];
  const ask = async (): Promise<void> => {
    const job = (await db.doc(`jobs/${id}`).get()).data() as Job;
    states.push(job);
    if (job.done) return;
    await new Promise(resolve => setTimeout(resolve, job.pollAfterMs));
    return ask();
  };
  const ended = ask();
  // Whoever has given the job up does not wait for this.
  ended.catch(() => {});
  return { states, ended };
}

/** The document tells the truth: about itself as the API does, and about the picture. */
async function isWhatTheApiShows(
  job: Job | undefined,
  { service, shopper }: Pick<Shop, 'service'> & { readonly shopper: Shopper },
): Promise<void> {
  assert.is(job?.ownerUid, shopper.uid);
  const path = `/v1/jobs/${job?.id}`;
  const { body } = await service.call<JobAnswer & { createdAt: string }>('GET', path, { key: shopper.session.token });
  assert.equal([job?.status, job?.createdAt], [body.status, Date.parse(body.createdAt)]);
  const { url = '', previewUrl: _, ...shown } = body.output ?? {};
  const { expiresAt: __, ...output } = job?.output ?? {};
  for (const [name, value] of Object.entries(output)) assert.equal(Reflect.get(shown, name), value, name);
  const picture = await download(url);
  assert.is(createHash('sha256').update(picture.bytes).digest('hex'), job?.output?.sha256);
}

/** All jobs and runs with the time of their last change. */
async function everything(db: Firestore): Promise<unknown[]> {
  const found = await Promise.all(['jobs', 'runs'].map(name => db.collection(name).orderBy('id').get()));
  return found.flatMap(({ docs }) => docs.map(({ ref, updateTime }) => [ref.path, updateTime.valueOf()]));
}
