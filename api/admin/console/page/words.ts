/**
 * Figures in words: the shortest form that leaves no doubt. Pure; times are in the operator's own zone, with UTC beside
 * them where a title has room.
 */

export function ago(thenMs: number, nowMs: number): string {
  const s = Math.round((nowMs - thenMs) / 1_000);
  if (Math.abs(s) < 5) return 'now';
  return s < 0 ? `in ${span(-s)}` : `${span(s)} ago`;
}

/** The two largest units: `1 h 5 min`. */
export function span(seconds: number): string {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  const minutes = Math.floor(s / 60);
  if (minutes < 60) return joined(minutes, 'min', s % 60, 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return joined(hours, 'h', minutes % 60, 'min');
  return joined(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function joined(large: number, unit: string, small: number, smallUnit: string): string {
  return small === 0 || large >= 10 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;
}

export function clock(iso: string): string {
  return new Date(iso).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });
}

export function shortClock(iso: string): string {
  return new Date(iso).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

/** To the second, for what follows each other. */
export function exactClock(iso: string): string {
  return new Date(iso).toLocaleTimeString(undefined, { timeStyle: 'medium', hourCycle: 'h23' });
}

/** Cents, and more digits where cents would say 0. */
export function usd(dollars: number): string {
  const digits = dollars !== 0 && Math.abs(dollars) < 0.1 ? 4 : 2;
  return `$${dollars.toFixed(digits)}`;
}

export function count(n: number): string {
  return n.toLocaleString('en');
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${Math.round((part * 100) / whole)} %`;
}

/** An id whose ends tell it from others. */
export function shortId(id: string): string {
  return id.length <= 16 ? id : `${id.slice(0, 8)}…${id.slice(-5)}`;
}

/** Of a duration in milliseconds; a dash for none. */
export function seconds(ms: number | undefined): string {
  if (ms === undefined) return '–';
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : span(ms / 1_000);
}

export function bytes(n: number): string {
  return n < 1_048_576 ? `${Math.ceil(n / 1_024)} KiB` : `${(n / 1_048_576).toFixed(1)} MiB`;
}
