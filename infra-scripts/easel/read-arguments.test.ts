import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { COMMANDS } from './commands.ts';
import { EXIT, Fault } from './faults.ts';
import { readArguments, splitWords } from './read-arguments.ts';

const test = suite('arguments');
const read = (...words: string[]) => readArguments(splitWords(words, COMMANDS), COMMANDS);

test('options stand anywhere, and several values are kept in order', () => {
  const { command, args, options } = read('--json', 'generate', '--style', 'a', 'cat.jpg', '--style=b', 'dog.jpg');
  assert.equal([command.name, args], ['generate', ['cat.jpg', 'dog.jpg']]);
  assert.equal(options.texts('style'), ['a', 'b']);
  assert.equal([options.flag('json'), options.flag('no-wait'), options.text('out')], [true, false, undefined]);
  assert.is(read('jobs', 'show', '--key', 'k1', 'job_1', '--key', 'k2').options.text('key'), 'k2');
});

test('a value may begin with a dash behind =, and words after -- are no options', () => {
  assert.is(read('generate', 'cat.jpg', '--prompt=--bold--').options.text('prompt'), '--bold--');
  assert.equal(read('generate', '--style', 'a', '--', '--json').args, ['--json']);
  assert.is(read('generate', '--style', 'a', '--', '--json').options.flag('json'), false);
});

test('what is unknown is refused with the nearest that is known', () => {
  const cases = [
    ['genrate cat.jpg', 'There is no command "genrate". Did you mean "generate"?'],
    ['jobs lst', 'There is no command "jobs lst". Did you mean "jobs list"?'],
    ['list', 'There is no command "list". Did you mean "jobs list"?'],
    ['job list', 'There is no command "job". Did you mean "jobs"?'],
    ['frobnicate', 'There is no command "frobnicate".'],
    ['--json', 'Which command?'],
    ['generate cat.jpg --stile x', '"generate" has no option "--stile". Did you mean "--style"?'],
    ['styles --out x', '"styles" has no option "--out".'],
    ['styles -x', '"styles" has no option "-x".'],
    ['styles --constructor', '"styles" has no option "--constructor".'],
    ['styles x', '"styles" does not know what to do with "x".'],
    ['jobs show', '"jobs show" needs ID.'],
    ['jobs show a b', '"jobs show" does not know what to do with "b".'],
    ['generate cat.jpg --style --json', '"--style" needs a value: --style=<style>'],
    ['generate cat.jpg --style', '"--style" needs a value: --style=<style>'],
    ['generate cat.jpg --style=', '"--style" needs a value: --style=<style>'],
    ['styles --json=yes', '"--json" takes no value.'],
  ] as const;
  for (const [line, sentence] of cases) {
    const fault = faultOf(() => read(...line.split(' ')));
    assert.equal([fault.message, fault.exitCode], [sentence, EXIT.usage], line);
  }
});

test('a number has to be one', () => {
  const limit = (value: string) => read('jobs', 'list', `--limit=${value}`).options.integer('limit', 1);
  assert.is(limit('25'), 25);
  for (const wrong of ['0', '-1', '1.5', 'ten', '1e3']) {
    assert.is(faultOf(() => limit(wrong)).message, `"--limit": expected a whole number from 1, got "${wrong}".`);
  }
});

test('an option means the same in every command, or its value could not be told from a word', () => {
  const seen = new Map<string, boolean>();
  for (const { options } of COMMANDS) {
    for (const [name, { value }] of Object.entries(options)) {
      assert.is(seen.get(name) ?? value !== undefined, value !== undefined, name);
      seen.set(name, value !== undefined);
    }
  }
});

test.run();

function faultOf(work: () => unknown): Fault {
  try {
    work();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('there was no fault');
}
