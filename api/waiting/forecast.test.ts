import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { forecast } from './forecast.ts';
import { placeBetween } from './places.ts';
import { pollAfterMs } from './poll-after.ts';
import { type Sample, serviceTimes } from './service-times.ts';
import { createShownEta, steppedSeconds } from './shown-eta.ts';

const test = suite('what is told to those who wait');
const ended = (ms: number, model = 'm'): Sample => ({ model, ms, ended: true });
const underWay = (ms: number): Sample => ({ model: 'm', ms, ended: false });

test('nothing is expected before anything was measured', () => {
  const times = serviceTimes([underWay(5_000)]);
  assert.equal(
    [times.typicalMs('m'), times.remainingMs('m', 0), times.endedByMs('m', 0, 0.5)],
    [undefined, undefined, undefined],
  );
  const { endsAt, laterEndsAt } = forecast({ queued: [{ id: 'a', model: 'm' }], running: [], slots: 2 }, times, 0);
  assert.equal([endsAt.size, laterEndsAt(0)], [0, undefined]);
});

test('the average is that of the model, or of all for one that has drawn nothing', () => {
  const times = serviceTimes([ended(1_000), ended(3_000), ended(8_000, 'slow')]);
  const typical = (model: string) => Math.round(times.typicalMs(model) ?? 0);
  assert.equal(['m', 'slow', 'new'].map(typical), [2_000, 8_000, 4_000]);
});

test('those under way make it longer: the first that end are the short ones', () => {
  const alone = serviceTimes([ended(1_000), ended(1_000)]).typicalMs('m') ?? 0;
  const beside = serviceTimes([ended(1_000), ended(1_000), underWay(4_000), underWay(4_000)]).typicalMs('m') ?? 0;
  assert.is(alone, 1_000);
  assert.ok(beside > 3_000, `${beside}`);
});

test('what remains is by those that took as long, and never nothing', () => {
  const times = serviceTimes([ended(2_000), ended(4_000), ended(10_000)]);
  assert.is(times.remainingMs('m', 3_000), 4_000);
  assert.ok((times.remainingMs('m', 11_000) ?? 0) > 0, 'longer than any before');
});

test('each waiting job takes the slot that is free first, and one that has to wait takes none', () => {
  const times = serviceTimes([ended(10_000)]);
  const queued = ['a', 'b', 'c'].map(id => ({ id, model: 'm', ...(id === 'a' ? { retryAt: 60_000 } : {}) }));
  const running = [{ id: 'r', model: 'm', startedAt: -4_000 }];
  const { endsAt, laterEndsAt } = forecast({ queued, running, slots: 2 }, times, 0);
  assert.equal(Object.fromEntries(endsAt), { r: 6_000, a: 70_000, b: 10_000, c: 16_000 });
  assert.is(laterEndsAt(0), 20_000);
  assert.is(laterEndsAt(2), 30_000);
});

test('behind the first hundred the time of the submit tells the place', () => {
  const milestones = [
    { at: 1_000, before: 100 },
    { at: 2_000, before: 400 },
    { at: 12_000, before: 500 },
  ];
  assert.equal(
    [1_500, 2_000, 7_000, 12_000, 99_000].map(at => placeBetween(milestones, at)),
    [250, 400, 450, 500, 500],
  );
});

test('the shown time rises with a cause alone', () => {
  let now = 0;
  const { show, forget } = createShownEta({ now: () => now });
  const shown = (ms: number, cause = '1', position = 5) => show('a', { ms, cause, position }).seconds;
  assert.equal([shown(6_000), shown(9_000), shown(5_000), shown(7_000)], [6, 6, 5, 5]);
  assert.is(shown(9_000, '1', 6), 10, 'somebody is ahead who was not');
  assert.is(shown(19_000, '2'), 20, 'it moved on');
  forget('a');
  assert.is(shown(40_000, '2'), 40, 'it was paused in between');
  assert.is(shown(-500, '2'), 1, 'never nothing');
  now += 5_000;
  assert.equal(show('a', { ms: 3_000, cause: '2', position: 5 }), { seconds: 1, overdueMs: 4_000 });
});

test('it is rounded up in steps that grow', () => {
  assert.equal([900, 7_100, 8_100, 21_000, 61_000, 121_000].map(steppedSeconds), [1, 8, 10, 25, 70, 150]);
});

test('one asks again after one to five seconds, by what is known', () => {
  const known = [1, 5, 6, 20, 25, 300].map(etaSeconds => pollAfterMs({ etaSeconds, ageMs: 0 }));
  assert.equal(known, [1_000, 1_000, 2_000, 4_000, 5_000, 5_000]);
  const unknown = [0, 10_000, 30_000, 60_000].map(ageMs => pollAfterMs({ ageMs }));
  assert.equal(unknown, [1_000, 2_000, 3_000, 5_000]);
  assert.is(pollAfterMs({ ageMs: 0, paused: true }), 5_000);
});

test.run();
