import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LIMITS } from '../limits.ts';
import { chooseTier, durationText, type TierExpectations, type TierWish } from './choose-tier.ts';

const test = suite('the choice of a tier');
const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 23, 12);
const context = { nowMs: NOW, limits: LIMITS };
const EXPECTED: TierExpectations = {
  economy: { ms: 24 * HOUR, from: 'configured' },
  bulk: { ms: 0.5 * HOUR, from: 'measured' },
};
const choose = (wish: Omit<TierWish, 'items'>, expected = EXPECTED) =>
  chooseTier({ items: 100, ...wish }, expected, context);

test('economy is chosen where its time and the reserve for bulk fit before deliverBy, and not a millisecond less', () => {
  const fits = choose({ deliverBy: NOW + 26 * HOUR });
  assert.equal([fits.lane, fits.inTime, fits.economyUntil], ['economy', true, NOW + 24 * HOUR]);
  assert.match(fits.why, 'half the price: economy is expected to take 24 h (configured), and 24 h are left');
  const late = choose({ deliverBy: NOW + 26 * HOUR - 1 });
  assert.equal([late.lane, late.inTime, late.economyUntil], ['bulk', true, undefined]);
  assert.match(late.why, 'bulk is expected to take 30 min (measured)');
});

test('a measured turnaround opens economy for a time that the configured one would not keep', () => {
  const measured: TierExpectations = { ...EXPECTED, economy: { ms: 3 * HOUR, from: 'measured' } };
  assert.is(choose({ deliverBy: NOW + 8 * HOUR }).lane, 'bulk');
  const chosen = choose({ deliverBy: NOW + 8 * HOUR }, measured);
  assert.is(chosen.lane, 'economy');
  assert.match(chosen.why, '3 h (measured)');
});

test('the more bulk would have to draw at the end, the more time is kept for it', () => {
  const slow: TierExpectations = { ...EXPECTED, bulk: { ms: 4 * HOUR, from: 'measured' } };
  assert.is(choose({ deliverBy: NOW + 48 * HOUR }, slow).economyUntil, NOW + 43 * HOUR);
});

test('without a time nothing is delayed unasked; economy by name has two days; bulk by name is bulk', () => {
  assert.is(choose({}).lane, 'bulk');
  const named = choose({ lane: 'economy' });
  assert.equal([named.lane, named.deadlineAt - NOW], ['economy', 48 * HOUR]);
  assert.is(choose({ lane: 'bulk', deliverBy: NOW + 48 * HOUR }).lane, 'bulk');
});

test('economy by name is kept even where it may not be done in time, as long as any time is left for it', () => {
  const tight = choose({ lane: 'economy', deliverBy: NOW + 5 * HOUR });
  assert.equal([tight.lane, tight.economyUntil, tight.inTime], ['economy', NOW + 3 * HOUR, true]);
  assert.match(tight.why, /^Economy, as asked for, though /);
  assert.is(choose({ lane: 'economy', deliverBy: NOW + 2 * HOUR }).lane, 'bulk');
});

test('where there is no economy the reason is told', () => {
  const none: TierExpectations = { ...EXPECTED, economy: { unavailable: 'this service draws offline' } };
  const chosen = choose({ lane: 'economy', deliverBy: NOW + 48 * HOUR }, none);
  assert.is(chosen.lane, 'bulk');
  assert.match(chosen.why, 'no economy: this service draws offline');
});

test('a time that no tier keeps is told, and bulk is what comes nearest', () => {
  const chosen = choose({ deliverBy: NOW + 60_000 });
  assert.equal([chosen.lane, chosen.inTime], ['bulk', false]);
});

test('whatever is expected: economy unasked is always in time, also if it brings nothing and bulk has to draw all', () => {
  const ms = fc.integer({ min: 0, max: 100 * HOUR });
  fc.assert(
    fc.property(ms, ms, ms, (economyMs, bulkMs, byMs) => {
      const expected: TierExpectations = {
        economy: { ms: economyMs, from: 'measured' },
        bulk: { ms: bulkMs, from: 'measured' },
      };
      const { lane, economyUntil = 0, deadlineAt, inTime } = choose({ deliverBy: NOW + byMs }, expected);
      return lane === 'bulk' || (inTime && economyUntil >= NOW && economyUntil + bulkMs <= deadlineAt);
    }),
  );
});

test('durations are told rounded up', () => {
  assert.equal([1, 40_000, 61_000, 2 * HOUR, 2 * HOUR + 1].map(durationText), [
    '1 s',
    '40 s',
    '2 min',
    '2 h',
    '2 h 1 min',
  ]);
});

test.run();
