import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { testClock } from '../../tests/test-clock.ts';
import { createTurns, type Turn } from './store-turns.ts';

const test = suite('turns');
const LIMIT_MS = 60_000;

test('turns in a lane are taken one after the other, in the order of asking', async () => {
  const { ask, seen } = line();
  const a = ask('a', ['x']);
  const b = ask('b', ['x']);
  const c = ask('c', ['x', 'y']);
  const d = ask('d', ['y']);
  const free = ask('e', ['z']);
  await settled();
  assert.is(seen(), 'ae');
  a.leave();
  await settled();
  assert.is(seen(), 'aeb');
  b.leave();
  await settled();
  assert.is(seen(), 'aebc');
  c.leave();
  await settled();
  assert.is(seen(), 'aebcd');
  d.leave();
  free.leave();
  await ask('f', ['x', 'y', 'z']).taken;
});

test('who has a turn keeps it when asking for the same lanes, and asks anew for others', async () => {
  const { ask, seen } = line();
  const a = ask('a', ['x', 'y']);
  const b = ask('b', ['y']);
  await a.taken;
  await a.turn.take(['y'], LIMIT_MS);
  await a.turn.take([], LIMIT_MS);
  await settled();
  assert.is(seen(), 'a');
  const again = a.turn.take(['z'], LIMIT_MS);
  await settled();
  assert.is(seen(), 'ab', 'those behind come first');
  b.leave();
  await again;
  a.leave();
});

test('lanes asked for crosswise never wait for each other', async () => {
  const { ask } = line();
  const all = Array.from({ length: 20 }, (_, n) => ask('', n % 2 === 0 ? ['x', 'y', 'z'] : ['z', 'y', 'x']));
  for (const one of all) void one.taken.then(one.leave);
  await Promise.all(all.map(({ taken }) => taken));
});

test('a turn that takes too long is passed on', async () => {
  const clock = testClock();
  const createTurn = createTurns(clock);
  const [slow, next] = [createTurn(), createTurn()];
  await slow.take(['x'], LIMIT_MS);
  let isTaken = false;
  const taken = next.take(['x'], LIMIT_MS).then(() => {
    isTaken = true;
  });
  await clock.advance(9_999);
  assert.is(isTaken, false);
  await clock.advance(1);
  await taken;
  slow.leave();
  next.leave();
  next.leave();
});

test('who waits too long goes without a turn, and those behind keep their order', async () => {
  const clock = testClock();
  const createTurn = createTurns(clock);
  const [first, hasty, last] = [createTurn(), createTurn(), createTurn()];
  assert.is(await first.take(['x'], LIMIT_MS), true);
  const gaveUp = hasty.take(['x'], 500);
  let isTaken = false;
  const taken = last.take(['x'], LIMIT_MS).then(value => {
    isTaken = value;
  });
  await clock.advance(500);
  assert.is(await gaveUp, false);
  hasty.leave();
  await settled();
  assert.is(isTaken, false, 'the first one still has its turn');
  first.leave();
  await taken;
  assert.is(isTaken, true);
});

test.run();

/** Lets several ask, and notes who has taken a turn. */
function line() {
  const createTurn = createTurns(testClock());
  let names = '';
  return {
    seen: () => names,
    ask(name: string, lanes: readonly string[]): { turn: Turn; taken: Promise<void>; leave(): void } {
      const turn = createTurn();
      const taken = turn.take(lanes, LIMIT_MS).then(() => {
        names += name;
      });
      return { turn, taken, leave: () => turn.leave() };
    },
  };
}

async function settled(): Promise<void> {
  await new Promise(resolve => setImmediate(resolve));
}
