/**
 * Many submits of one shopper at the same moment, with less left than they want, and all that has to hold afterwards:
 * exactly what was left is admitted, and nothing remains of the others.
 */
import * as assert from 'uvu/assert';
import { jobs, quotas, runs } from '../../common/collections.ts';
import type { Engine } from '../../common/engine.ts';
import { type Run, taskName } from '../../common/job.ts';
import type { Submission } from '../../common/jobs/submission.ts';
import { type Submitted, submit } from '../../common/jobs/submit.ts';
import { endOfDay } from '../../common/quota.ts';
import type { World } from '../world.ts';
import { countUnder } from './kept.ts';

export interface QuotaRace {
  readonly customer: string;
  readonly racers: number;
  readonly left: number;
}

/** Pictures that the shopper has had already that day. */
const TAKEN = 7;
/** Nobody looks at it. */
const PHOTO = new Uint8Array(1);

/** The racers are dealt out to the engines in turn. The customer has to be fresh, or the day. */
export async function raceForQuota(world: World, engines: readonly Engine[], wish: QuotaRace): Promise<void> {
  const { engine } = world;
  const limit = TAKEN + wish.left;
  const submissions = await submissionsOf(world, wish, limit);
  const scopeId = submissions[0]?.scopes[0]?.id ?? '';
  const fresh = { id: scopeId, held: TAKEN, releasedCalls: 0, expireAt: endOfDay(engine.clock.now()) };
  await engine.store.transaction(async tx => tx.set(quotas, fresh));
  const before = await engine.store.count({ from: runs });

  const answers = await Promise.all(
    submissions.map((submission, racer) => submit(engines[racer % engines.length] ?? engine, submission)),
  );
  const admitted = holdAnswers(answers, { ...wish, resetAt: endOfDay(engine.clock.now()) });
  assert.equal(await engine.store.get(quotas, scopeId), { ...fresh, held: limit });
  await holdAdmitted(engine, admitted, scopeId);
  const kept = [engine.store.count({ from: runs }), engine.store.count({ from: jobs }), countUnder(engine, 'inputs/')];
  assert.equal(await Promise.all(kept), Array(kept.length).fill(before + wish.left), 'runs, jobs and photos');
}

async function submissionsOf({ submission }: World, wish: QuotaRace, limit: number): Promise<Submission[]> {
  const { customer, racers } = wish;
  const all = Array.from({ length: racers }, (_, racer) =>
    submission({ customer, prompt: `wish ${racer}`, photo: PHOTO }),
  );
  const withLimit = ({ id }: { id: string }) => ({ id, limit });
  return (await Promise.all(all)).map(one => ({ ...one, scopes: one.scopes.map(withLimit) }));
}

/** The ids of those that got in; all others have to know when to come back. */
function holdAnswers(answers: readonly Submitted[], { racers, left, resetAt }: QuotaRace & { resetAt: number }) {
  const admitted = answers.flatMap(answer => (answer.kind === 'admitted' ? [answer.job.id] : []));
  const refused = answers.flatMap(answer => (answer.kind === 'quota exceeded' ? [answer.resetAt] : []));
  assert.equal([admitted.length, refused.length], [left, racers - left]);
  assert.equal(new Set(refused), new Set([resetAt]));
  return admitted;
}

/** Each has its hold, its two documents, its photo and its task. */
async function holdAdmitted(engine: Engine, ids: readonly string[], scopeId: string): Promise<void> {
  for (const id of ids) {
    const run: Run | undefined = await engine.store.get(runs, id);
    const job = await engine.store.get(jobs, id);
    assert.equal([run?.status, run?.charge, run?.scopes, job?.status], ['queued', 'held', [scopeId], 'queued']);
    assert.ok(run && (await engine.bucket.stat(run.inputPath)));
    assert.is(await engine.queue.exists('interactive', taskName(run)), 'waiting');
  }
}
