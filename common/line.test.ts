import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createLine } from './line.ts';

const test = suite('lines');
const turn = () => new Promise(resolve => setImmediate(resolve));

test('works that share a name run one after the other, others do not wait', async () => {
  const line = createLine();
  const events: string[] = [];
  const work = (name: string) => async () => {
    events.push(`${name} begins`);
    await turn();
    events.push(`${name} ends`);
  };
  await Promise.all([line(['a'], work('1')), line(['a', 'b'], work('2')), line(['c'], work('3'))]);
  assert.ok(events.indexOf('1 ends') < events.indexOf('2 begins'));
  assert.ok(events.indexOf('3 begins') < events.indexOf('1 ends'));
});

test('names in different order do not lock each other out', async () => {
  const line = createLine();
  const done = await Promise.all([
    line(['a', 'b'], async () => turn().then(() => 1)),
    line(['b', 'a'], async () => turn().then(() => 2)),
  ]);
  assert.equal(done, [1, 2]);
});

test('a work that fails lets the next one in', async () => {
  const line = createLine();
  const failing = line(['a'], () => Promise.reject(new Error('no')));
  const next = line(['a'], async () => 'in');
  await failing.then(
    () => assert.unreachable(),
    () => {},
  );
  assert.is(await next, 'in');
});

test('who finds somebody in one of its lines is told so', async () => {
  const line = createLine();
  const told = (names: readonly string[]) => line(names, async waited => turn().then(() => waited));
  assert.equal(await Promise.all([told(['a']), told(['b', 'a']), told(['c'])]), [false, true, false]);
  assert.is(await told(['a', 'b', 'c']), false, 'they have gone');
});

test('no name, no line', async () => {
  assert.is(await createLine()([], async () => 5), 5);
});

test.run();
