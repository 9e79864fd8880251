/** The command line of `npm run bench` and `npm run bench:check`. */
import { optionsOf, someOf, wholeNumberOf } from '../command-options.ts';
import { PARTS } from './parts.ts';

export interface Options {
  /** Empty: all parts. */
  readonly only: readonly string[];
  readonly rounds: number;
  /** Whether docs/performance.md is written. */
  readonly write: boolean;
  /** A quick look: few parts, short loads, no peer but bare koa; writes nothing. */
  readonly smoke: boolean;
}

const ROUNDS = 5;
const ROUNDS_MAX = 50;
const SMOKE = { only: ['submit', 'poll', 'drawing'], rounds: 3 } as const;

/** Ends the process for `--help`, and with a sentence for what it does not know. */
export function readOptions(command: string, { only = [], rounds = ROUNDS }: Partial<Options> = {}): Options {
  const help = helpOf(command, rounds);
  const values = optionsOf(
    {
      options: {
        ...{ only: { type: 'string' }, rounds: { type: 'string' }, 'dry-run': { type: 'boolean', default: false } },
        ...{ smoke: { type: 'boolean', default: false }, help: { type: 'boolean' } },
      },
    },
    help,
  );
  const defaults = values.smoke ? SMOKE : { only, rounds };
  const expected = PARTS.map(({ name }) => name);
  return {
    only: values.only === undefined ? defaults.only : someOf('only', values.only, { expected, help }),
    rounds:
      values.rounds === undefined ? defaults.rounds : wholeNumberOf('rounds', values.rounds, { max: ROUNDS_MAX, help }),
    write: !values['dry-run'] && !values.smoke,
    smoke: values.smoke,
  };
}

function helpOf(command: string, rounds: number): string {
  return `npm run ${command} -- [options]

  --only A,B   some parts alone; the figures of the others stay as they are
  --rounds N   how often everything is measured, 1 to ${ROUNDS_MAX} (default ${rounds})
  --dry-run    prints, and leaves docs/performance.md as it is
  --smoke      a quick look beside bare koa alone; writes nothing
  --help       this text

Parts:
${PARTS.map(({ name, title }) => `  ${name.padEnd(12)}${title}`).join('\n')}

All of it takes a quarter of an hour on a quiet machine. The peers are installed once with npm run bench:install;
those of Redis and PostgreSQL need redis-server and postgresql on this machine. What is missing is said.
`;
}
