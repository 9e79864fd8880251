import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { testClock } from '../../tests/test-clock.ts';
import { keep } from './keep.ts';

const test = suite('what is kept');

test('one question at a time, and the same answer until it is old', async () => {
  const clock = testClock();
  let asked = 0;
  const look = keep(clock, 1_000, async () => ++asked);
  assert.equal(await Promise.all([look(), look(), look()]), [1, 1, 1]);
  await clock.advance(999);
  assert.is(await look(), 1);
  await clock.advance(1);
  assert.equal(await Promise.all([look(), look()]), [2, 2]);
});

test('an answer is as old as its question', async () => {
  const clock = testClock();
  const questions: ((answer: string) => void)[] = [];
  const look = keep(clock, 1_000, () => new Promise<string>(answer => questions.push(answer)));
  const first = look();
  await clock.advance(1_000);
  const second = look();
  questions[0]?.('early');
  questions[1]?.('late');
  assert.equal([await first, await second, await look()], ['early', 'late', 'late']);
  assert.is(questions.length, 2);
});

test('a failure is told to whoever asked, and not kept', async () => {
  const clock = testClock();
  let fails = true;
  const look = keep(clock, 1_000, async () => {
    if (fails) throw new Error('no store');
    return 'answer';
  });
  const failed = await Promise.allSettled([look(), look()]);
  assert.equal(
    failed.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  fails = false;
  assert.is(await look(), 'answer');
});

test.run();
