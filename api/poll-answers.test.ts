/** Which answers to polls are remembered, and how many. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createPollAnswers } from './poll-answers.ts';

const test = suite('poll answers');

test('an answer is made once for a job and an ETag, and again for another job or another ETag', async () => {
  const { ask, made } = counted();
  for (const [id, etag] of [
    ['a', '1'],
    ['a', '1'],
    ['a', '2'],
    ['b', '1'],
    ['a', '1'],
  ] as const) {
    assert.is(await ask(id, etag), JSON.stringify({ id, etag }));
  }
  assert.equal(made, ['a 1', 'a 2', 'b 1']);
});

test('an answer that could not be made is made again', async () => {
  const answers = createPollAnswers();
  const fails = answers('a', '1', () => Promise.reject(new Error('not now')));
  assert.is(await fails.catch((error: Error) => error.message), 'not now');
  assert.is(await answers('a', '1', async () => ({})), '{}');
});

test('no more is remembered than there is room for, and one that is larger is told all the same', async () => {
  const { ask, made } = counted(50);
  for (let job = 0; job < 10; job++) await ask(`job${job}`, '1');
  await ask('job9', '1');
  assert.is(made.length, 10, 'the last one is still known');
  await ask('job0', '1');
  assert.is(made.length, 11, 'the first ones are not');
  const long = 'x'.repeat(60);
  assert.is(await ask(long, '1'), JSON.stringify({ id: long, etag: '1' }));
  await ask(long, '1');
  assert.is(made.length, 13);
});

test.run();

function counted(charactersMax?: number) {
  const answers = createPollAnswers(charactersMax);
  const made: string[] = [];
  const ask = (id: string, etag: string) =>
    answers(id, etag, async () => {
      made.push(`${id} ${etag}`);
      return { id, etag };
    });
  return { ask, made };
}
