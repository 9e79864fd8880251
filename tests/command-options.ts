/**
 * The options of a command of the tests: its help, and a sentence instead of a stack for what it does not know. Read
 * before anything heavy is loaded, so that both come at once.
 */
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** A command that was not understood, as shells have it. */
const MISUSED = 2;

/** Of `process.argv`, unless `config` brings words of its own. `--help` is understood where `config` has it. */
export function optionsOf<T extends ParseArgsConfig>(
  config: T,
  help: string,
): ReturnType<typeof parseArgs<T>>['values'] {
  try {
    const { values } = parseArgs(config);
    if ((values as { help?: boolean }).help) {
      console.log(help);
      process.exit();
    }
    return values;
  } catch (error) {
    return refuse(sentenceOf(error as Error), help);
  }
}

export function oneOf<T extends string>(
  option: string,
  got: string,
  { expected, help }: { readonly expected: readonly T[]; readonly help: string },
): T {
  const found = expected.find(name => name === got);
  return found ?? refuse(`--${option}: expected one of ${expected.join(', ')}, got "${got}"`, help);
}

/** Of a list between commas. */
export function someOf<T extends string>(
  option: string,
  got: string,
  allowed: { readonly expected: readonly T[]; readonly help: string },
): readonly T[] {
  const names = got.split(',').filter(Boolean);
  return names.map(name => oneOf(option, name, allowed));
}

export function numberOf(option: string, got: string, help: string): number {
  const number = Number(got);
  if (got.trim() !== '' && number > 0) return number;
  return refuse(`--${option}: expected a number above 0, got "${got}"`, help);
}

export function wholeNumberOf(
  option: string,
  got: string,
  { max = Number.MAX_SAFE_INTEGER, help }: { readonly max?: number; readonly help: string },
): number {
  const number = Number(got);
  if (Number.isInteger(number) && number >= 1 && number <= max) return number;
  const range = max === Number.MAX_SAFE_INTEGER ? 'from 1 on' : `from 1 to ${max}`;
  return refuse(`--${option}: expected a whole number ${range}, got "${got}"`, help);
}

/** Node's own sentences, but for the one of the most frequent mistake, which it follows with advice of its own. */
function sentenceOf({ message }: Error): string {
  const unknown = /^Unknown option '([^']+)'/.exec(message)?.[1];
  return unknown === undefined ? message : `There is no option ${unknown}`;
}

function refuse(sentence: string, help: string): never {
  console.error(`${sentence}\n\n${help}`);
  process.exit(MISUSED);
}
