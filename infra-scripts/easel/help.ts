/**
 * `easel help`: the overview, a page for each command and one on the exit codes, all made from what the commands say
 * about themselves.
 */
import { type Command, GLOBAL_OPTIONS, type OptionSpecs } from './command.ts';
import { EXIT_CODES } from './faults.ts';
import { findCommand } from './read-arguments.ts';
import type { Screen } from './screen.ts';
import { pad, widthOf, wrap } from './text-width.ts';

type Page = (screen: Screen) => string[];

const CONNECTION =
  'On the machine where Easel runs ("npm start") neither address nor key is needed: both are found in the data ' +
  'directory. The key of this machine is never sent to another one.';

/** The page for the words after `help`. Throws a usage fault where there is none. */
export function helpLines(topic: readonly string[], commands: readonly Command[], screen: Screen): string[] {
  return pageFor(topic, commands)(screen);
}

function pageFor(topic: readonly string[], commands: readonly Command[]): Page {
  const [first = 'help'] = topic;
  if (first === 'help') return overview(commands);
  if (first === 'exit-codes') return exitCodes();
  const group = commands.filter(({ name }) => topic.length === 1 && name.startsWith(`${first} `));
  if (group.length === 0) return commandPage(findCommand(topic, commands));
  const alone = commands.find(({ name }) => name === first);
  if (!alone) return groupPage(first, group);
  return screen => [...commandPage(alone)(screen), '', ...list('Others', group.map(entryOf), screen)];
}

function overview(commands: readonly Command[]): Page {
  return screen => [
    ...prose('Easel draws photos as artwork. This is its command line: it speaks to a running Easel.', screen),
    '',
    usage('<command> [options]', screen),
    '',
    ...list('Commands', [...commands.map(entryOf), ['help [command]', 'explain a command']], screen),
    '',
    ...list('Options of every command', optionRows(GLOBAL_OPTIONS), screen),
    '',
    ...prose(CONNECTION, screen),
    '',
    ...prose('"easel help exit-codes" lists what scripts can build on.', screen),
  ];
}

function groupPage(name: string, group: readonly Command[]): Page {
  return screen => [
    usage(`${name} <command> [options]`, screen),
    '',
    ...list('Commands', group.map(entryOf), screen),
    '',
    ...prose(`"easel help ${name} <command>" explains a command.`, screen),
  ];
}

function commandPage({ name, summary, takes, options, notes = [], examples }: Command): Page {
  return screen => [
    ...prose(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`, screen),
    '',
    usage([name, takes, '[options]'].filter(Boolean).join(' '), screen),
    '',
    ...(Object.keys(options).length > 0 ? [...list('Options', optionRows(options), screen), ''] : []),
    ...(notes.length > 0 ? [...notes.flatMap(note => prose(note, screen)), ''] : []),
    ...list('Options of every command', optionRows(GLOBAL_OPTIONS), screen),
    '',
    screen.paint.bold('Examples'),
    ...examples.map(example => `  ${example}`),
  ];
}

function exitCodes(): Page {
  return screen => [
    ...list(
      'Exit codes',
      EXIT_CODES.map(([code, meaning]) => [String(code), meaning]),
      screen,
    ),
    '',
    ...prose('Where several jobs end differently, the first of 130, 3, 4, 5, 1 counts.', screen),
  ];
}

type Entry = readonly [left: string, right: string];

function entryOf({ name, takes, summary }: Command): Entry {
  return [`${name} ${takes}`.trim(), summary];
}

function optionRows(options: OptionSpecs): Entry[] {
  return Object.entries(options).map(([name, { value, multiple, help }]) => {
    return [`--${name}${value ? ` ${value}` : ''}${multiple ? ' …' : ''}`, help];
  });
}

function usage(line: string, { paint }: Screen): string {
  return `${paint.bold('Usage:')} easel ${line}`;
}

function prose(text: string, screen: Screen): string[] {
  return wrap(text, screen.columns());
}

function list(title: string, entries: readonly Entry[], { paint, columns }: Screen): string[] {
  const width = Math.max(...entries.map(([left]) => widthOf(left)));
  const rows = entries.flatMap(([left, right]) =>
    // Below this the right column would be a word a line.
    wrap(right, Math.max(30, columns() - width - 4)).map((line, index) => {
      return `  ${paint.cyan(pad(index === 0 ? left : '', width))}  ${line}`;
    }),
  );
  return [paint.bold(title), ...rows];
}
