import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StatsAnswer } from './admin-answers.ts';
import { endsSoon, needsHand } from './attention.ts';

const test = suite('what needs a hand');
const NOW = Date.UTC(2026, 10, 23, 3);
const WELL: StatsAnswer = {
  submittedSince: at(-86_400_000),
  jobs: {},
  budget: { resetAt: at(0), spentUsd: 1, capUsd: 10, usualUsd: 10, shares: {} },
  queues: [{ name: 'interactive', state: 'running', waiting: 3, oldestWaitingSeconds: 2 }],
  intake: { open: true },
  models: [{ id: 'one', circuit: 'closed' }],
  ceiling: { slots: null },
  throughput: { minutes: 10, finished: 5 },
  last: {
    finished: 200,
    jobs: {},
    codes: [
      { code: 'content_blocked', count: 50 },
      { code: 'timeout', count: 10 },
    ],
  },
  sweptAt: at(-60_000),
};

test('a service that does what it should needs nobody', () => assert.equal(needsHand(WELL, NOW), []));

test('each thing that is wrong is told, and nothing else', () => {
  const [queue] = WELL.queues;
  if (!queue) throw new Error('there is a queue');
  const wrong: readonly [Partial<StatsAnswer>, RegExp][] = [
    [{ intake: { open: false, reason: 'stock' } }, /^Intake is closed: stock\.$/],
    [{ queues: [{ ...queue, state: 'paused', because: 'budget' }] }, /^The queue interactive is paused by budget\.$/],
    [{ queues: [{ ...queue, oldestWaitingSeconds: 121 }] }, /^The oldest job of interactive/],
    [{ models: [{ id: 'one', circuit: 'open' }] }, /^The model one does not answer\.$/],
    [{ budget: { ...WELL.budget, spentUsd: 9 } }, /^90 % of the day's budget/],
    [{ budget: { ...WELL.budget, capUsd: 0 } }, /^100 % of the day's budget/],
    [
      { last: { ...WELL.last, codes: [{ code: 'timeout', count: 11 }] } },
      /^11 of the last 200 jobs failed \(timeout\)\.$/,
    ],
    [{ sweptAt: at(-301_000) }, /^Nobody has swept since/],
  ];
  for (const [part, sentence] of wrong) {
    const told = needsHand({ ...WELL, ...part }, NOW);
    assert.is(told.length, 1, String(sentence));
    assert.match(told[0] ?? '', sentence);
  }
});

test('what ends within the hour is told, what ends later or never is not', () => {
  const override = { usd: 20, reason: 'a sale', since: at(0), until: at(3_599_000) };
  const ceiling = { slots: 2, until: at(3_601_000) };
  const soon = endsSoon({ ...WELL, budget: { ...WELL.budget, override }, ceiling }, NOW);
  assert.equal(soon, [{ what: "the budget's override", at: override.until }]);
});

test.run();

function at(afterMs: number): string {
  return new Date(NOW + afterMs).toISOString();
}
