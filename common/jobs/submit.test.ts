import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { misbehaving } from '../../tests/do-then-fail.ts';
import { inWorld, type World } from '../../tests/world.ts';
import { quotas, runs } from '../collections.ts';
import { taskName } from '../job.ts';
import { PlatformError } from '../platform/errors.ts';
import { submit } from './submit.ts';
import { sweep } from './sweep.ts';

const test = suite('submit');

test(
  'a submit holds quota, writes both documents, keeps the photo and rings once',
  inWorld(async world => {
    const job = await world.admitted();
    const run = await world.run(job.id);
    assert.equal([job.status, job.done, job.sequence, job.charge], ['queued', false, 1, 'held']);
    assert.is(await world.engine.queue.exists('interactive', taskName(run)), 'waiting');
    assert.is((await world.engine.bucket.stat(run.inputPath))?.metadata.sha256, undefined);
    assert.ok(await world.engine.bucket.stat(run.inputPath));
    assert.is(await held(world, run.scopes), 1);
  }),
);

test(
  'the same request under the same key finds its job; another request is a conflict',
  inWorld(async world => {
    const job = await world.admitted({ key: 'k' });
    const again = await submit(world.engine, await world.submission({ key: 'k' }));
    assert.equal([again.kind, 'job' in again && again.job.id], ['replayed', job.id]);
    const other = await submit(world.engine, await world.submission({ key: 'k', variation: 1 }));
    assert.is(other.kind, 'conflict');
    assert.is(await held(world, (await world.run(job.id)).scopes), 1);
  }),
);

test(
  'a picture that is erased between being found and being handed out is drawn anew',
  inWorld(async world => {
    const { engine } = world;
    world.startWorker();
    const first = await world.done((await world.admitted()).id);
    const { bucket } = engine;
    const touch = async (path: string) => {
      await bucket.delete(path);
      return bucket.touch(path);
    };
    const submitted = await submit({ ...engine, bucket: { ...bucket, touch } }, await world.submission());
    assert.is(submitted.kind, 'admitted');
    const again = await world.done('job' in submitted ? submitted.job.id : '');
    assert.equal([first.status, again.status, again.reused], ['succeeded', 'succeeded', false]);
    assert.is(world.model.calls.length, 2);
  }),
);

test(
  'a key sent a hundred times at once makes one job, and no photo stays behind for the others',
  inWorld(async world => {
    const submission = await world.submission({ key: 'k' });
    const answers = await Promise.all(Array.from({ length: 100 }, () => submit(world.engine, submission)));
    assert.is(answers.filter(({ kind }) => kind === 'admitted').length, 1);
    assert.is(answers.filter(({ kind }) => kind === 'replayed').length, 99);
    assert.is((await world.engine.bucket.list('inputs/', { limit: 10 })).length, 1);
  }),
);

test(
  'of 200 at once with 10 left exactly 10 are admitted, and the refused leave nothing behind',
  inWorld(async world => {
    const submissions = await Promise.all(
      Array.from({ length: 200 }, (_, index) => world.submission({ prompt: `wish ${index}` })),
    );
    const answers = await Promise.all(submissions.map(submission => submit(world.engine, submission)));
    assert.is(answers.filter(({ kind }) => kind === 'admitted').length, 10);
    const refused = answers.flatMap(answer => (answer.kind === 'quota exceeded' ? [answer.resetAt] : []));
    assert.equal(refused, Array(190).fill(Date.UTC(2026, 10, 24)));
    assert.is(await world.engine.store.count({ from: runs }), 10);
    assert.is((await world.engine.bucket.list('inputs/', { limit: 1_000 })).length, 10);
  }),
);

test(
  'of 60 equal wishes at once never more than 10 are admitted, though drawing the first gives the others back',
  inWorld(async world => {
    world.startWorker();
    const submission = () => world.submission();
    const submissions = await Promise.all(Array.from({ length: 60 }, submission));
    const answers = await Promise.all(submissions.map(wish => submit(world.engine, wish)));
    const count = (wanted: string) => answers.filter(({ kind }) => kind === wanted).length;
    assert.is(count('admitted') + count('quota exceeded') + count('reused'), 60);
    assert.ok(count('admitted') <= 10, `${count('admitted')} admitted`);
  }),
);

test(
  'the pools and the days are counted apart',
  inWorld(async world => {
    for (let count = 0; count < 3; count++) await world.admitted({ pool: 'custom', prompt: `wish ${count}` });
    const fourth = await submit(world.engine, await world.submission({ pool: 'custom', prompt: 'wish 4' }));
    assert.is(fourth.kind, 'quota exceeded');
    await world.admitted({ pool: 'named', prompt: 'another pool' });
    await world.clock.advance(12 * 3_600_000);
    await world.admitted({ pool: 'custom', prompt: 'another day' });
  }),
);

test(
  'with the budget spent nothing is taken in',
  inWorld(
    async world => {
      const answer = await submit(world.engine, await world.submission());
      assert.equal(answer, { kind: 'budget exhausted', resetAt: Date.UTC(2026, 10, 24) });
      assert.is(await world.engine.store.count({ from: runs }), 0);
    },
    { budgetMicroUsd: 0 },
  ),
);

test(
  'a bell that does not ring loses nothing: the sweeper rings it',
  inWorld(
    async world => {
      const job = await world.admitted();
      const { dispatch } = await world.run(job.id);
      assert.is(await world.engine.queue.exists('interactive', `${job.id}-${dispatch}`), 'gone');
      await world.clock.advance(31_000);
      assert.is((await sweep({ ...world.engine, queue: world.platform.queue })).rung, 1);
      assert.is(await world.engine.queue.exists('interactive', `${job.id}-${dispatch + 1}`), 'waiting');
    },
    { around: ({ queue }) => ({ queue: misbehaving(queue, method => (method === 'enqueue' ? 'fail' : 'ok')) }) },
  ),
);

test(
  'when the answer of the commit is lost, the job is there, held once, and the same key finds it',
  inWorld(async world => {
    const lossy = {
      ...world.engine,
      store: misbehaving(world.platform.store, method => (method === 'transaction' ? 'do-then-fail' : 'ok')),
    };
    const submission = await world.submission({ key: 'k' });
    const lost = await submit(lossy, submission).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.instance(lost, PlatformError);
    const again = await submit(world.engine, submission);
    assert.is(again.kind, 'replayed');
    const run = await world.run(submission.id);
    assert.is(await held(world, run.scopes), 1);
    assert.ok(await world.engine.bucket.stat(run.inputPath), 'the photo that the job needs is kept');
    await world.clock.advance(31_000);
    assert.is((await sweep(world.engine)).rung, 1);
  }),
);

test(
  'who repeats a request whose process died before it rang has it rung for at once',
  inWorld(async world => {
    const { engine, platform } = world;
    const died = async () => {
      throw new PlatformError('unavailable', 'the process is gone');
    };
    const dying = { ...engine, queue: { ...engine.queue, enqueue: died } };
    const submission = await world.submission({ key: 'k' });
    await submit(dying, submission);
    const run = await world.run(submission.id);
    const waits = () => platform.queue.exists('interactive', taskName(run));
    assert.is((await submit(engine, submission)).kind, 'replayed');
    assert.is(await waits(), 'gone', 'whoever took it in may be about to ring');
    await world.clock.advance(1_000);
    assert.is((await submit(engine, submission)).kind, 'replayed');
    assert.is(await waits(), 'waiting');
    assert.is((await submit(engine, submission)).kind, 'replayed');
    world.startWorker();
    await world.done(submission.id);
    assert.is(world.model.calls.length, 1);
    assert.is((await submit(engine, submission)).kind, 'replayed');
    assert.is(await waits(), 'gone');
  }),
);

test(
  'a store that runs the admission twice after an unknown commit holds once',
  inWorld(async world => {
    const { store } = world.platform;
    const twice: typeof store.transaction = async work => {
      await store.transaction(work);
      return store.transaction(work);
    };
    const answer = await submit({ ...world.engine, store: { ...store, transaction: twice } }, await world.submission());
    assert.is(answer.kind, 'admitted');
    assert.is(await held(world, (await world.run('job' in answer ? answer.job.id : '')).scopes), 1);
  }),
);

test.run();

async function held(world: World, scopes: readonly string[]): Promise<number | undefined> {
  return (await world.engine.store.get(quotas, scopes[0] ?? ''))?.held;
}
