import { execFileSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { localText, momentText, parseSince, parseUntil, relativeText, spanText } from './time-text.ts';

const test = suite('times as text');
const NOW = Date.parse('2026-11-23T12:00:00Z');

test('a span shows what matters at its size', () => {
  const cases = [
    [-5, '0.0s'],
    [3_140, '3.1s'],
    [9_949, '9.9s'],
    [9_950, '10s'],
    [59_499, '59s'],
    [59_500, '1m 0s'],
    [72_000, '1m 12s'],
    [3_599_499, '59m 59s'],
    [3_599_500, '1h 0m'],
    [7_500_000, '2h 5m'],
    [86_399_000, '1d 0h'],
    [273_600_000, '3d 4h'],
  ] as const;
  for (const [ms, text] of cases) assert.is(spanText(ms), text);
});

test('a moment is told from now, before and after', () => {
  assert.is(relativeText(NOW - 300, NOW), 'just now');
  assert.is(relativeText(NOW - 12_000, NOW), '12s ago');
  assert.is(relativeText(NOW - 119_000, NOW), '1m ago');
  assert.is(relativeText(NOW + 7_300_000, NOW), 'in 2h');
  assert.is(relativeText(NOW - 200_000_000, NOW), '2d ago');
});

test('a local time is that of this machine', () => {
  const at = new Date(2026, 10, 3, 4, 5, 6).getTime();
  assert.is(localText(at), '2026-11-03 04:05:06');
  assert.is(momentText(at, at + 60_000), '2026-11-03 04:05:06 (1m ago)');
});

test('since when: a span back from now, a moment, or a day of this machine', () => {
  assert.is(parseSince('90s', NOW), NOW - 90_000);
  assert.is(parseSince('7d', NOW), NOW - 7 * 86_400_000);
  assert.is(parseSince('2026-11-23T10:00:00Z', NOW), NOW - 7_200_000);
  assert.is(parseSince('2026-11-23 10:00', NOW), new Date(2026, 10, 23, 10).getTime());
  assert.is(parseSince('2026-11-23', NOW), new Date(2026, 10, 23).getTime());
  for (const wrong of ['', '3w', 'yesterday', '2026-13-40', '-1h', '1.5h']) {
    assert.is(parseSince(wrong, NOW), undefined, wrong);
  }
});

test('until when: a time of day that is next, a span from now, or a moment', () => {
  const noon = new Date(2026, 10, 23, 12, 0, 30).getTime();
  const at = (day: number, hour: number, minute: number) => new Date(2026, 10, day, hour, minute).getTime();
  assert.is(parseUntil('18:30', noon), at(23, 18, 30));
  assert.is(parseUntil('6:00', noon), at(24, 6, 0));
  assert.is(parseUntil('12:00', noon), at(24, 12, 0), 'a time that was passed just now is tomorrow');
  assert.is(parseUntil('12:01', noon), at(23, 12, 1));
  assert.is(parseUntil('00:00', noon), at(24, 0, 0));
  assert.is(parseUntil('2h', noon), noon + 7_200_000);
  assert.is(parseUntil('2026-11-24T06:00:00Z', noon), Date.parse('2026-11-24T06:00:00Z'));
  assert.is(parseUntil('2026-11-24 06:00', noon), at(24, 6, 0));
  assert.is(parseUntil('2026-11-25', noon), at(25, 0, 0));
  for (const wrong of ['', '24:00', '6', '06:60', '6h30', 'noon', '-2h', '2026-11-24T06:00+25:00']) {
    assert.is(parseUntil(wrong, noon), undefined, wrong);
  }
});

test('the next 06:00 is that of the clock on the wall, also when the clocks change in between', () => {
  const program = `
    import { parseUntil } from ${JSON.stringify(new URL('./time-text.ts', import.meta.url).href)};
    const before = Date.parse('2026-10-24T20:00:00Z'); // 22:00 in Berlin; at night the clocks go back
    process.stdout.write(new Date(parseUntil('06:00', before)).toISOString());`;
  const env = { PATH: process.env.PATH, TZ: 'Europe/Berlin' };
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', program], { env, encoding: 'utf8' });
  assert.is(printed, '2026-10-25T05:00:00.000Z');
});

test.run();
