import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ProblemError } from '../common/errors.ts';
import { createBodyBudget } from './body-budget.ts';

const test = suite('body budget');

test('what is set aside, at first or in the middle, is there for nobody else, and comes back at the end', async () => {
  const budget = createBodyBudget(100);
  const idle = async () => {};
  await budget.hold(40, async more => {
    more(50);
    await refused(() => budget.hold(11, idle));
    await refused(async () => more(11));
    await budget.hold(10, idle);
  });
  await refused(() => budget.hold(101, idle));
  await budget.hold(100, idle);
});

test('it comes back when the work fails, or when there was no room for more', async () => {
  const budget = createBodyBudget(100);
  const failing = budget.hold(60, () => Promise.reject(new Error('broken')));
  await failing.then(() => assert.unreachable(), assertBroken);
  await refused(() => budget.hold(60, async more => more(41)));
  await budget.hold(100, async () => {});
});

test.run();

function assertBroken(error: unknown): void {
  assert.is(error instanceof Error && error.message, 'broken');
}

async function refused(work: () => Promise<unknown>): Promise<void> {
  const error = await work().catch((reason: unknown) => reason);
  assert.ok(error instanceof ProblemError);
  assert.is(error.code, 'overloaded');
}
