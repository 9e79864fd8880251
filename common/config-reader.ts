/**
 * Reads single settings from the environment and notes every problem as "expected … got …", so that all of them can be
 * told at once. An empty variable is one that is not set.
 */
import { readOutboundAllow } from './outbound/read-outbound-allow.ts';

export type Environment = { readonly [name: string]: string | undefined };
export type Reader = ReturnType<typeof createReader>;

const SECRET_BYTES_MIN = 32;

export function createReader(env: Environment, problems: string[]) {
  const wrong = (name: string, expected: string) => problems.push(`${name}: expected ${expected}, got "${env[name]}"`);
  const secretOf = (name: string, text: string): Uint8Array => {
    const bytes = new Uint8Array(Buffer.from(text, 'base64'));
    if (bytes.length < SECRET_BYTES_MIN) {
      problems.push(`${name}: expected at least ${SECRET_BYTES_MIN} random bytes in base64, got ${bytes.length}`);
    }
    return bytes;
  };
  const set = (name: string) => (env[name] === undefined || env[name] === '' ? undefined : env[name]);

  return {
    refuse: (problem: string) => void problems.push(problem),
    text: (name: string, fallback: string) => set(name) ?? fallback,
    optional<K extends string>(key: K, name: string): { [key in K]?: string } {
      const text = set(name);
      return text === undefined ? {} : ({ [key]: text } as { [key in K]?: string });
    },
    needed(name: string, expected: string): string {
      const text = set(name);
      if (text === undefined) problems.push(`${name}: expected ${expected}, got nothing`);
      return text ?? '';
    },
    /** The value itself is never repeated in a problem. */
    secret: (name: string) => secretOf(name, set(name) ?? ''),
    /** Several, separated by commas; none unless they are set. */
    secrets(name: string): readonly Uint8Array[] {
      return (set(name) ?? '')
        .split(',')
        .filter(text => text.trim() !== '')
        .map(text => secretOf(name, text));
    },
    choice<T extends string>(name: string, choices: readonly T[], fallback: T): T {
      const found = choices.find(choice => choice === (set(name) ?? fallback));
      if (found === undefined) wrong(name, choices.join(' or '));
      return found ?? fallback;
    },
    integer(name: string, fallback: number, { min, max }: { min: number; max: number }): number {
      const value = Number(set(name) ?? fallback);
      if (!Number.isInteger(value) || value < min || value > max) wrong(name, `a whole number from ${min} to ${max}`);
      return value;
    },
    microUsd(name: string, fallback: number, max: number): number {
      const value = Number(set(name) ?? fallback);
      if (!(value >= 0 && value <= max)) wrong(name, `dollars from 0 to ${max}, such as 10 or 7.50`);
      return Math.round(value * 1_000_000);
    },
    /** Midnight (UTC) at which the day begins, ms since 1970. */
    day(name: string, fallback: string): number {
      const text = set(name) ?? fallback;
      const at = Date.parse(`${text}T00:00:00Z`);
      const isDay = Number.isFinite(at) && new Date(at).toISOString().startsWith(`${text}T`);
      if (!isDay) wrong(name, 'a day such as 2027-11-23');
      return at;
    },
    /** Origins, separated by commas; none unless they are set. */
    origins(name: string): readonly string[] {
      const read = readOutboundAllow(set(name) ?? '');
      if ('origins' in read) return read.origins;
      problems.push(`${name}: ${read.problem}`);
      return [];
    },
    /** Without the slashes at its end. */
    origin<K extends string>(key: K, name: string): { [key in K]?: string } {
      const text = set(name);
      if (text === undefined) return {};
      const url = URL.canParse(text) ? new URL(text) : undefined;
      const fits = url && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '';
      if (!fits) wrong(name, 'an address such as https://pictures.example.com');
      return { [key]: text.replace(/\/+$/, '') } as { [key in K]?: string };
    },
  };
}
