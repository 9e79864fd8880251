/**
 * What a command is, and what it works with. Each file in `commands/` holds one; `commands.ts` lists them.
 */
import type { Client } from './client.ts';
import type { ExitCode } from './faults.ts';
import type { Screen } from './screen.ts';

export interface OptionSpec {
  /** What stands for the value in the help, such as `id`; a switch has none. */
  readonly value?: string;
  /** May be given several times. */
  readonly multiple?: true;
  readonly help: string;
}

export type OptionSpecs = { readonly [name: string]: OptionSpec };

export type KeyKind = 'server' | 'admin';

export interface Command {
  /** One or two words, such as `jobs list`. */
  readonly name: string;
  /** One line for the overview. */
  readonly summary: string;
  /** Which key opens what it asks; absent = the shop's. */
  readonly keyKind?: KeyKind;
  /** Whether it may go past the API, with `--direct`. */
  readonly direct?: true;
  /** The arguments as the usage line shows them, such as `ID…`; empty for a command that takes none. */
  readonly takes: string;
  /** How many arguments there have to be. */
  readonly counts: readonly [least: number, most: number];
  readonly options: OptionSpecs;
  /** What the help says below the options. */
  readonly notes?: readonly string[];
  readonly examples: readonly string[];
  run(call: Call): Promise<ExitCode>;
}

/** One use of a command: its arguments, and the world around it. */
export interface Call extends World {
  readonly args: readonly string[];
  readonly options: Options;
  /** Whether the output is for a program. */
  readonly json: boolean;
  /** The API at the address and with the key that flags, environment and data directory name. */
  readonly client: Client;
}

export interface Options {
  flag(name: string): boolean;
  text(name: string): string | undefined;
  texts(name: string): readonly string[];
  /** Throws a usage fault for anything else than a whole number of at least `min`. */
  integer(name: string, min: number): number | undefined;
}

export interface World {
  readonly env: { readonly [name: string]: string | undefined };
  /** Results. */
  readonly out: Screen;
  /** Progress, questions and faults. */
  readonly err: Screen;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Asks the person at the keyboard; undefined where there is none. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
}

export const GLOBAL_OPTIONS: OptionSpecs = {
  json: { help: 'print what the API answers: one document, or one line for each job; faults too (on stderr)' },
  url: { value: 'address', help: 'where Easel listens (else EASEL_URL, else http://127.0.0.1:$PORT)' },
  key: { value: 'key', help: 'the key (else EASEL_KEY, of operators EASEL_ADMIN_KEY; else the one in keys.json)' },
  direct: { help: "past the API, to store and queue, with this machine's own login (some operators' commands)" },
  'data-dir': { value: 'dir', help: 'where keys.json is (else DATA_DIR, else ./data)' },
  help: { help: 'explain the command' },
};
