/**
 * The options of a command of the tests: its help, and a sentence instead of a stack for what it does not know.
 */
import { type ParseArgsConfig, parseArgs } from 'node:util';

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
    return refuse((error as Error).message, help);
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

export function numberOf(option: string, got: string, help: string): number {
  const number = Number(got);
  if (got.trim() !== '' && number > 0) return number;
  return refuse(`--${option}: expected a number above 0, got "${got}"`, help);
}

function refuse(sentence: string, help: string): never {
  console.error(`${sentence}\n\n${help}`);
  process.exit(2);
}
