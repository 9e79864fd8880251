/**
 * Times and spans as people read them: relative to now and in the machine's own time zone.
 */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SPAN = /^(\d{1,6})([smhd])$/;
const UNITS: { readonly [unit: string]: number } = { s: SECOND, m: MINUTE, h: HOUR, d: DAY };

/** `3.1s`, `42s`, `1m 12s`, `2h 5m`, `3d 4h`. Below zero, which two machines' clocks can give, counts as zero. */
export function spanText(ms: number): string {
  const span = Math.max(0, ms);
  if (span < 9_950) return `${(span / SECOND).toFixed(1)}s`;
  const seconds = Math.round(span / SECOND);
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
  const minutes = Math.round(span / MINUTE);
  if (minutes < 1_440) return `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
  const hours = Math.round(span / HOUR);
  return `${Math.floor(hours / 24)}d ${hours % 24}h`;
}

/** `just now`, `12s ago`, `3m ago`, `in 2h`: one unit is enough to find a line in a list. */
export function relativeText(atMs: number, nowMs: number): string {
  const distance = Math.abs(nowMs - atMs);
  if (distance < SECOND) return 'just now';
  const [unit, size] = Object.entries(UNITS).findLast(([, ms]) => distance >= ms) ?? ['s', SECOND];
  const text = `${Math.floor(distance / size)}${unit}`;
  return atMs > nowMs ? `in ${text}` : `${text} ago`;
}

/** `2026-11-23 06:55:18`, local. */
export function localText(ms: number): string {
  const at = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${day} ${[two(at.getHours()), two(at.getMinutes()), two(at.getSeconds())].join(':')}`;
}

/** `2026-11-23 06:55:18 (3m ago)`. */
export function momentText(ms: number, nowMs: number): string {
  return `${localText(ms)} (${relativeText(ms, nowMs)})`;
}

/** The moment that `--until` names: `06:00`, the next time that the clock here shows it; `2h` from now; or a date. */
export function parseUntil(text: string, nowMs: number): number | undefined {
  const [, count, unit = ''] = SPAN.exec(text) ?? [];
  if (count !== undefined) return nowMs + Number(count) * (UNITS[unit] ?? 0);
  const [, hour, minute] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hour === undefined) return parseDate(text);
  const at = new Date(nowMs);
  at.setHours(Number(hour), Number(minute), 0, 0);
  // The next day's, not 24 hours on: the clocks may change between them.
  if (at.getTime() <= nowMs) at.setDate(at.getDate() + 1);
  return at.getTime();
}

/** The moment that `--since` names: a span back from now (`90s`, `15m`, `24h`, `7d`), or a date; ms since 1970. */
export function parseSince(text: string, nowMs: number): number | undefined {
  const [, count, unit = ''] = SPAN.exec(text) ?? [];
  return count === undefined ? parseDate(text) : nowMs - Number(count) * (UNITS[unit] ?? 0);
}

function parseDate(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text)) return undefined;
  // A bare date would be read as UTC; whoever types it means their own midnight.
  const ms = Date.parse(text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T'));
  return Number.isNaN(ms) ? undefined : ms;
}
