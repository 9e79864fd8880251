/**
 * From the words of the command line to a command, its arguments and options. Options may stand anywhere, before the
 * command too. What is unknown is never passed over: the nearest known word is suggested.
 */
import { parseArgs } from 'node:util';
import { type Command, GLOBAL_OPTIONS, type OptionSpec, type OptionSpecs, type Options } from './command.ts';
import { usageFault } from './faults.ts';
import { nearest } from './nearest.ts';

export interface Arguments {
  readonly command: Command;
  readonly args: readonly string[];
  readonly options: Options;
}

export interface Words {
  readonly plain: readonly string[];
  readonly given: readonly Given[];
  readonly help: boolean;
}

interface Given {
  readonly name: string;
  /** As it was typed, dashes included. */
  readonly raw: string;
  readonly value: string | undefined;
}

/** Tells options from other words; which value belongs to which option is known from the options of all commands. */
export function splitWords(words: readonly string[], commands: readonly Command[]): Words {
  const specs: OptionSpecs = Object.assign({}, GLOBAL_OPTIONS, ...commands.map(command => command.options));
  const options = Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, { type: typeOf(spec) }]));
  const { tokens, positionals } = parseArgs({
    args: [...words],
    options: { ...options, help: { type: 'boolean', short: 'h' } },
    strict: false,
    tokens: true,
  });
  const given = tokens.flatMap(token => {
    if (token.kind !== 'option') return [];
    const swallowed = token.value !== undefined && !token.inlineValue && /^--?[a-z]/.test(token.value);
    return [{ name: token.name, raw: token.rawName, value: swallowed ? undefined : token.value }];
  });
  return { plain: positionals, given, help: given.some(({ name }) => name === 'help') };
}

/** Throws a usage fault. */
export function readArguments({ plain, given }: Words, commands: readonly Command[]): Arguments {
  const command = findCommand(plain, commands);
  const specs = { ...GLOBAL_OPTIONS, ...command.options };
  for (const option of given) checkOption(option, specs, command);
  const args = plain.slice(command.name.split(' ').length);
  const [least, most] = command.counts;
  if (args.length < least) {
    throw usageFault(`"${command.name}" needs ${command.takes.replace('…', '')}.`, seeHelp(command));
  }
  if (args.length > most) {
    throw usageFault(`"${command.name}" does not know what to do with "${args[most]}".`, seeHelp(command));
  }
  return { command, args, options: optionsOf(given) };
}

/** The command whose words the line begins with. Throws a usage fault. */
export function findCommand(plain: readonly string[], commands: readonly Command[]): Command {
  const [first, second] = plain;
  if (first === undefined) throw usageFault('Which command?', '"easel help" lists them.');
  const named = (wanted: string) => commands.find(({ name }) => name === wanted);
  const found = named(`${first} ${second}`) ?? named(first);
  if (found) return found;
  const group = commands.filter(({ name }) => name.startsWith(`${first} `));
  if (group.length > 0) {
    const guess = nearest(
      second ?? '',
      group.map(({ name }) => name.slice(first.length + 1)),
    );
    throw unknown(`There is no command "${[first, second].join(' ').trim()}".`, guess && `${first} ${guess}`);
  }
  const names = commands.flatMap(({ name }) => [name, ...name.split(' ')]);
  const guess = nearest(first, [...names, 'help']);
  const whole = commands.find(({ name }) => name.endsWith(` ${guess}`))?.name ?? guess;
  throw unknown(`There is no command "${first}".`, whole);
}

function unknown(sentence: string, guess: string | undefined) {
  return usageFault(guess ? `${sentence} Did you mean "${guess}"?` : sentence, '"easel help" lists the commands.');
}

function checkOption({ name, raw, value }: Given, specs: OptionSpecs, command: Command): void {
  const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
  if (!spec) {
    const guess = nearest(name, Object.keys(specs));
    const sentence = `"${command.name}" has no option "${raw}".`;
    throw usageFault(guess ? `${sentence} Did you mean "--${guess}"?` : sentence, seeHelp(command));
  }
  if (spec.value !== undefined && (value === undefined || value === '')) {
    throw usageFault(`"${raw}" needs a value: ${raw}=<${spec.value}>`, seeHelp(command));
  }
  if (spec.value === undefined && value !== undefined) throw usageFault(`"${raw}" takes no value.`, seeHelp(command));
}

function seeHelp({ name }: Command): string {
  return `"easel help ${name}" explains it.`;
}

function typeOf({ value }: OptionSpec): 'string' | 'boolean' {
  return value === undefined ? 'boolean' : 'string';
}

function optionsOf(given: readonly Given[]): Options {
  const texts = (name: string) => given.flatMap(option => (option.name === name ? (option.value ?? []) : []));
  const text = (name: string) => texts(name).at(-1);
  return {
    flag: name => given.some(option => option.name === name),
    text,
    texts,
    integer(name, min) {
      const value = text(name);
      if (value === undefined) return undefined;
      if (/^\d{1,9}$/.test(value) && Number(value) >= min) return Number(value);
      throw usageFault(`"--${name}": expected a whole number from ${min}, got "${value}".`);
    },
  };
}
