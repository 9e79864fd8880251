/** The command line of `npm run bench` and `npm run bench:check`. */
import { PARTS } from './parts.ts';

export interface Options {
  /** Empty: all parts. */
  readonly only: readonly string[];
  readonly rounds: number;
  /** Whether docs/performance.md is written. */
  readonly write: boolean;
  /** A quick look: few parts, short loads, no peer but bare koa; writes nothing. */
  readonly smoke: boolean;
  readonly help: boolean;
}

const ROUNDS = 5;
const ROUNDS_MAX = 50;
const SMOKE = { smoke: true, write: false, only: ['submit', 'poll', 'drawing'], rounds: 3 } as const;

export const HELP = `npm run bench -- [--only part,part] [--rounds n] [--dry-run]

  --only      some parts alone; the figures of the others stay as they are
  --rounds    how often everything is measured, 1 to ${ROUNDS_MAX} (default ${ROUNDS})
  --dry-run   prints, and leaves docs/performance.md as it is

Parts:
${PARTS.map(({ name, title }) => `  ${name.padEnd(12)}${title}`).join('\n')}

All of it takes ten to twelve minutes on a quiet machine. The peers are installed once with npm run bench:install;
those of Redis and PostgreSQL need redis-server and postgresql on this machine. What is missing is said.`;

/** The problem is a sentence. */
export function readOptions(
  words: readonly string[],
  defaults: Partial<Options> = {},
): Options | { readonly problem: string } {
  let options: Options = { only: [], rounds: ROUNDS, write: true, smoke: false, help: false, ...defaults };
  for (let index = 0; index < words.length; index++) {
    const [word = '', next = ''] = [words[index], words[index + 1]];
    if (word === '--help') options = { ...options, help: true };
    else if (word === '--smoke') options = { ...options, ...SMOKE };
    else if (word === '--dry-run') options = { ...options, write: false };
    else if (word === '--only') {
      const only = next.split(',').filter(Boolean);
      const unknown = only.filter(name => !PARTS.some(part => part.name === name));
      if (only.length === 0) return { problem: '--only: expected one or more parts, got none.' };
      if (unknown.length > 0) return { problem: `--only: there is no part "${unknown.join('", "')}".` };
      options = { ...options, only };
      index++;
    } else if (word === '--rounds') {
      const rounds = Number(next);
      if (!Number.isInteger(rounds) || rounds < 1 || rounds > ROUNDS_MAX) {
        return { problem: `--rounds: expected 1 to ${ROUNDS_MAX}, got "${next}".` };
      }
      options = { ...options, rounds };
      index++;
    } else return { problem: `Unknown option "${word}".` };
  }
  return options;
}
