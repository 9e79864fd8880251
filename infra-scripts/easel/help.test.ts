/**
 * The help is complete, and docs/command-line.md says the same as the commands do.
 */
import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { GLOBAL_OPTIONS } from './command.ts';
import { COMMANDS } from './commands.ts';
import { atDesk } from './easel-process.ts';
import { EXIT_CODES } from './faults.ts';
import { helpLines } from './help.ts';
import { createScreen } from './screen.ts';
import { widthOf } from './text-width.ts';

const test = suite('help');
const PIPE = createScreen({ write: () => {} }, {});

test('every command explains itself: usage, options, examples', () => {
  for (const { name, takes, options, examples } of COMMANDS) {
    const page = helpLines(name.split(' '), COMMANDS, PIPE).join('\n');
    assert.match(page, `Usage: easel ${[name, takes].filter(Boolean).join(' ')} [options]`);
    for (const option of [...Object.keys(options), ...Object.keys(GLOBAL_OPTIONS)]) assert.match(page, ` --${option} `);
    assert.ok(examples.length > 0 && examples.every(example => page.includes(example)), name);
  }
});

test('help fits a narrow terminal, but for the examples, which are there to be copied', () => {
  const narrow = createScreen({ isTTY: true, columns: 64, write: () => {} }, { NO_COLOR: '1' });
  for (const topic of [[], ['jobs'], ['exit-codes'], ['jobs', 'list']]) {
    const lines = helpLines(topic, COMMANDS, narrow);
    const examples = lines.includes('Examples') ? lines.indexOf('Examples') : lines.length;
    for (const line of lines.slice(0, examples)) assert.ok(widthOf(line) <= 64, line);
  }
});

test('help is there wherever people look for it', async () => {
  await atDesk({}, async ({ run }) => {
    for (const line of [[], ['help'], ['--help'], ['-h']]) {
      const { code, out } = await run(line);
      assert.equal([code, /^ {2}jobs list +list jobs/m.test(out)], [0, true], line.join(' '));
    }
    const pages = await Promise.all(['help generate', 'generate --help', 'generate cat.jpg -h'].map(line => run(line)));
    for (const { code, out } of pages) assert.equal([code, out], [0, pages[0]?.out]);
    assert.match((await run('jobs')).out, 'jobs download ID…');
    assert.match((await run('help exit-codes')).out, /130 {2}interrupted/);
    const unknown = await run('help genrate');
    assert.equal([unknown.code, /Did you mean "generate"/.test(unknown.err)], [2, true]);
    const json = await run('jobs list --al --json');
    assert.equal([json.code, JSON.parse(json.err).exitCode], [2, 2]);
  });
});

test('docs/command-line.md names every command, option and exit code', async () => {
  const page = await readFile(new URL('../../docs/command-line.md', import.meta.url), 'utf8');
  for (const { name, takes, options } of COMMANDS) {
    const row = page.split('\n').find(line => line.startsWith(`| \`${[name, takes].filter(Boolean).join(' ')}\` |`));
    assert.ok(row, name);
    for (const option of Object.keys(options)) assert.match(row, `\`--${option}`, name);
  }
  for (const option of Object.keys(GLOBAL_OPTIONS)) assert.match(page, `\`--${option}`);
  for (const [code, meaning] of EXIT_CODES) assert.match(page, `| ${code} | ${meaning} |`);
});

test.run();
