import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom, testClock } from '../tests/test-clock.ts';
import { derivedId, JOB_ID, newId, pseudonym } from './ids.ts';

const test = suite('ids');
const SECRET = new Uint8Array(32).fill(7);

test('a new id has the form of a job id and sorts by its time', () => {
  const random = seededRandom(1);
  const ids = [0, 1, 1_000, 10 ** 9, 10 ** 12].map(ms => newId('job', testClock(1.7e12 + ms), random));
  for (const id of ids) assert.match(id, JOB_ID);
  assert.equal([...ids].sort(), ids);
});

test('ids of one moment differ', () => {
  const [clock, random] = [testClock(), seededRandom(2)];
  const ids = new Set(Array.from({ length: 1_000 }, () => newId('job', clock, random)));
  assert.is(ids.size, 1_000);
});

test('a derived id is the same for the same parts alone, and has the form of a job id', () => {
  const id = derivedId('job', SECRET, ['shop', 'owner', 'key']);
  assert.match(id, JOB_ID);
  assert.is(derivedId('job', SECRET, ['shop', 'owner', 'key']), id);
  assert.is.not(derivedId('job', SECRET, ['shop', 'ownerkey', '']), id, 'parts do not run into each other');
  assert.is.not(derivedId('job', new Uint8Array(32), ['shop', 'owner', 'key']), id);
});

test('a pseudonym does not tell its parts', () => {
  assert.not.match(pseudonym(SECRET, ['customer-7']), '7customer');
  assert.match(pseudonym(SECRET, ['customer-7']), /^[a-z0-9]{26}$/);
});

test.run();
