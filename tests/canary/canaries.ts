/**
 * Canaries: texts that stand nowhere else, put where secrets and customers' words go in. Where one turns up again, in
 * whatever form, something has let it out.
 */
import { randomInt } from 'node:crypto';

export interface Canaries {
  /** A new one: a word in which its name can be read. A part of it is enough to find it again. */
  word(name: string): string;
  /** What is secret already, such as a key. */
  known(name: string, secret: string): void;
  /** Names of those that the text shows. */
  in(text: string): string[];
}

/** Shorter than this, what is found may be a coincidence. A parser that complains quotes ten characters. */
const CHARACTERS_MIN = 9;
const WORD_CHARACTERS = 14;
/** Letters that no hex has. */
const LETTERS = 'ghjkmnpqrstvwxyz';

export function createCanaries(): Canaries {
  const forms = new Map<string, readonly string[]>();
  const keep = (name: string, secret: string, parts: readonly string[] = []) => {
    if (secret.length < CHARACTERS_MIN) throw new Error(`${name} is too short for a canary`);
    if (forms.has(name)) throw new Error(`there are two canaries called ${name}`);
    forms.set(name, [...formsOf(secret), ...parts]);
  };

  return {
    known: (name, secret) => keep(name, secret),
    word(name) {
      const core = Array.from({ length: WORD_CHARACTERS }, () => LETTERS[randomInt(LETTERS.length)]).join('');
      const starts = Array.from({ length: WORD_CHARACTERS - CHARACTERS_MIN + 1 }, (_, start) => start);
      keep(
        name,
        core,
        starts.map(start => core.slice(start, start + CHARACTERS_MIN)),
      );
      return `${core}-${name.replaceAll(/\W+/g, '-')}`;
    },
    in(text) {
      const heard = text.toLowerCase();
      return [...forms].flatMap(([name, all]) => (all.some(form => heard.includes(form)) ? [name] : []));
    },
  };
}

/** As it is, in hex, percent-encoded, in JSON, and within any base64: there it has three forms, by where it begins. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].map(before => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // Its first and last characters also hold bits of what stands beside it.
    return text.slice(before === 0 ? 0 : before + 1, (before + bytes.length) % 3 === 0 ? undefined : -1);
  });
  const safe = base64.map(text => text.replaceAll('+', '-').replaceAll('/', '_'));
  const plain = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), bytes.toString('hex')];
  return [...new Set([...plain, ...base64, ...safe].map(form => form.toLowerCase()))];
}
