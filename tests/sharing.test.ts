/**
 * Which documents each verb touches, and which of them two jobs share. A document that transactions of many jobs read
 * and write is slow on Firestore at best, so claim and finish share none; what else is shared is said here, one by one.
 * Platforms: embedded; what a verb touches is decided above the seams. `tests/google/deliveries.emulator.ts` counts
 * again on Firestore.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cancel } from '../common/jobs/cancel.ts';
import { claim } from '../common/jobs/claim.ts';
import { erase } from '../common/jobs/erase.ts';
import { finish } from '../common/jobs/finish.ts';
import { renew } from '../common/jobs/renew.ts';
import { canceled, claimed, claimedLate, delivered, failed, finished, putBack, swept, upkept } from './job-scenes.ts';
import { jobOf, type Recorded, recordTransactions, sharedByJobs } from './recorded-store.ts';
import { inWorld, type World } from './world.ts';

const test = suite('sharing');

/** Both documents of a job, read and written. */
const BOTH = ['read its job', 'read its run', 'write its job', 'write its run'];
const ITS_RUN = ['read its run', 'write its run'];
const QUOTA = ['read quota', 'write quota'];
const PAUSE = 'read switches/queue-interactive';
/** Of a customer alone: nothing of theirs is taken in while all of it is erased. Written by erasures and nobody else. */
const ERASURE = "read its owner's erasure";
const TWINS = ['read its drawing', 'write its drawing'];
/** By increment: nothing is read, and the seam promises that it is never a cause of contention. */
const SPEND = 'add to spend';
const COSTS = 'add to costs';

type Act = (world: World) => Promise<unknown>;

/** What is done; the verb whose transaction is looked at; all that it touches. */
const TOUCHES: readonly (readonly [what: string, verb: string, act: Act, touches: readonly string[]])[] = [
  ['a submit', 'admit', world => world.admitted(), [...BOTH, ...QUOTA, PAUSE, ERASURE]],
  ['a claim', 'claim', claimed, [...BOTH, ...TWINS, SPEND]],
  [
    'a claim for a task that comes again',
    'claim',
    async world => claim(world.engine, await claimed(world)),
    ['read its job', 'read its run'],
  ],
  ['a heartbeat', 'renew', async world => renew(world.engine, await claimed(world), 1), ITS_RUN],
  ['a finish with a picture', 'finish', world => finished(world, delivered()), [...BOTH, SPEND, COSTS]],
  ['a finish that is tried again', 'finish', world => finished(world, failed('overloaded')), [...BOTH, SPEND, COSTS]],
  [
    'a finish that gives the hold back',
    'finish',
    world => finished(world, failed('content_blocked')),
    [...BOTH, ...QUOTA, COSTS],
  ],
  ['a task that is put back', 'postpone', putBack, ['read its job', ...ITS_RUN]],
  ['a cancel of a waiting job', 'cancel', canceled, [...BOTH, ...QUOTA]],
  ['a cancel while it is drawn', 'cancel', async world => cancel(world.engine, await claimed(world)), BOTH],
  ['a claim after the deadline', 'claim', claimedLate, [...BOTH, ...QUOTA, PAUSE]],
  ['an erasure', 'erase', async world => erase(world.engine, (await world.admitted()).id), BOTH],
  ['the end of an upkeep task', 'upkeep', upkept, ITS_RUN],
  ["the sweeper's look at a job that waits", 'sweep', swept, ['read its job', ...ITS_RUN]],
];

for (const [what, verb, act, touches] of TOUCHES) {
  test(
    `${what} touches these documents and no others`,
    inRecordedWorld(async (world, recorded) => {
      await act(world);
      const last = recorded.findLast(record => record.verb === verb && record.gets.size > 0);
      assert.ok(last, `a transaction of ${verb}`);
      assert.equal(touchesOf(last).sort(), [...touches].sort());
    }),
  );
}

test(
  'claims and finishes of two jobs of one shopper share nothing as long as pictures are delivered or drawn again',
  inRecordedWorld(async (world, recorded) => {
    for (const [index, end] of [delivered(), failed('overloaded'), delivered()].entries()) {
      await finished(world, end, { prompt: `wish ${index}` });
    }
    assert.equal([...sharedByJobs(claimsAndFinishes(recorded))], []);
  }),
);

test(
  'a finish that gives the hold back shares the quota of its shopper, and nothing else',
  inRecordedWorld(async (world, recorded) => {
    const first = await finished(world, failed('content_blocked'), { prompt: 'one wish' });
    const second = await finished(world, failed('content_blocked'), { prompt: 'another' });
    const { scopes } = await world.run(first);
    assert.equal(
      [...sharedByJobs(claimsAndFinishes(recorded))],
      scopes.map(id => [`quotas/${id}`, new Set([first, second])]),
    );
  }),
);

test(
  'twins, the same wish of one owner, share the drawing of it and the run that does it',
  inRecordedWorld(async (world, recorded) => {
    const drawn = await claimed(world);
    const { id: waits } = await world.admitted();
    assert.is((await claim(world.engine, waits)).kind, 'postponed');
    const { generationKey } = await world.run(drawn);
    const shared = sharedByJobs(claimsAndFinishes(recorded));
    assert.equal([...shared.keys()].sort(), [`drawings/${generationKey}`, `runs/${drawn}`]);
  }),
);

test(
  'claims and finishes at once that add to the same few spend documents never run twice',
  inRecordedWorld(async (world, recorded) => {
    const ids = [];
    for (let count = 0; count < 60; count++) ids.push((await world.admitted({ customer: `customer-${count}` })).id);
    await Promise.all(ids.map(id => claim(world.engine, id)));
    await Promise.all(ids.map(id => finish(world.engine, id, 1, delivered())));
    const both = claimsAndFinishes(recorded);
    const added = new Set(both.flatMap(({ increments }) => [...increments]));
    assert.ok(added.size <= ids.length / 5, `${added.size} documents`);
    assert.equal(
      both.map(({ runs }) => runs),
      Array(2 * ids.length).fill(1),
    );
  }),
);

test.run();

function inRecordedWorld(body: (world: World, recorded: readonly Recorded[]) => Promise<void>): () => Promise<void> {
  let recorded: readonly Recorded[] = [];
  return inWorld(world => body(world, recorded), {
    around(platform) {
      const recording = recordTransactions(platform.store);
      recorded = recording.recorded;
      return { store: recording.store };
    },
  });
}

function claimsAndFinishes(recorded: readonly Recorded[]): Recorded[] {
  return recorded.filter(({ verb }) => verb === 'claim' || verb === 'finish');
}

/** In words that hold for every job. A document of another job keeps its id, and so cannot pass for one of its own. */
function touchesOf(record: Recorded): string[] {
  const own = jobOf(record);
  const named = (document: string) =>
    document
      .replace(`runs/${own}`, 'its run')
      .replace(`jobs/${own}`, 'its job')
      .replace(/^drawings\/.*/, 'its drawing')
      .replace(/^quotas\/.*/, 'quota')
      .replace(/^privacyRequests\/.*/, "its owner's erasure")
      .replace(/^(spend|costs)\/.*/, '$1');
  const touches = [
    ...[...record.gets].map(document => `read ${named(document)}`),
    ...[...record.queries].map(query => `ask for ${query}`),
    ...[...record.found].map(document => `find ${named(document)}`),
    ...[...record.sets].map(document => `write ${named(document)}`),
    ...[...record.increments].map(document => `add to ${named(document)}`),
  ];
  return [...new Set(touches)];
}
