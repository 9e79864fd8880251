/**
 * The runbooks: nobody should find out at night that a command does not exist. Platforms: both; nothing is run.
 */
import { readdir, readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { COMMANDS } from '../../infra-scripts/easel/commands.ts';
import { readArguments, splitWords } from '../../infra-scripts/easel/read-arguments.ts';
import { readEnvironment } from '../../infra-scripts/google/environment.ts';
import { hasGcloud, lintGcloud } from '../../infra-scripts/google/lint-gcloud.ts';
import { alertsOf } from '../../infra-scripts/google/monitoring/policies.ts';
import { TOOLS } from '../../infra-scripts/google/tools.ts';

export const FILE_LIMIT_MS = 240_000;

const test = suite('runbooks');
const FOLDER = new URL('../../docs/runbooks/', import.meta.url);
const SECTIONS = ['## Symptoms', '## First five minutes', '## Then', '## It is over when'];
const names = (await readdir(FOLDER)).filter(name => name.endsWith('.md'));
const pages = new Map(
  await Promise.all(names.map(async name => [name, await readFile(new URL(name, FOLDER), 'utf8')] as const)),
);
const commands = [...pages].flatMap(([name, text]) =>
  [...text.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) =>
    block
      .split('\n')
      .filter(Boolean)
      .map(line => ({ name, line })),
  ),
);
const of = (program: string) => commands.filter(({ line }) => line.startsWith(`${program} `));

test('each page says how it shows, what comes first, what then, and when it is over', () => {
  for (const [name, text] of pages) {
    if (name === 'README.md') continue;
    assert.equal(text.match(/^## .*$/gm), SECTIONS, name);
    assert.ok(pages.get('README.md')?.includes(`(${name})`), `${name} is in the list`);
  }
  assert.is(pages.size, 12);
});

test('each alert has its page', async () => {
  for (const { id, runbook } of alertsOf(await readEnvironment('production')))
    assert.ok(pages.has(`${runbook}.md`), id);
});

test('every link leads somewhere', async () => {
  for (const [name, text] of pages) {
    for (const [, target = ''] of text.matchAll(/\]\((?!http)([^)#]+)\)/g)) {
      const file = await readFile(new URL(target, FOLDER), 'utf8').catch(() => undefined);
      assert.ok(file !== undefined, `${name} → ${target}`);
    }
  }
});

test('every command is one of ours or of gcloud', () => {
  assert.is(of('easel').length + of('npm').length + of('gcloud').length, commands.length);
  assert.ok(commands.length > 70, `${commands.length}`);
});

test('the command line knows every command with its options and arguments', () => {
  for (const { name, line } of of('easel')) {
    const words = (line.match(/"[^"]*"|\S+/g) ?? []).map(word => word.replaceAll('"', ''));
    assert.not.throws(
      () => readArguments(splitWords(words.slice(1), COMMANDS), COMMANDS),
      undefined,
      `${name}: ${line}`,
    );
  }
  const wrong = ['queues', 'stop', 'bulk'];
  assert.throws(() => readArguments(splitWords(wrong, COMMANDS), COMMANDS), undefined, 'a wrong one is refused');
});

test('every npm script is there, and takes what it is given', async () => {
  const { scripts } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
    scripts: Record<string, string>;
  };
  for (const { name, line } of of('npm')) {
    const [, script = '', rest = ''] = /^npm run (\S+) -- (.*)$/.exec(line) ?? [];
    const tool = TOOLS.find(one => `cloud:${one.name}` === script);
    assert.ok(scripts[script] && tool, `${name}: ${line}`);
    const known = ['env', 'dry-run', ...Object.keys(tool?.options ?? {})];
    for (const [, option = ''] of rest.matchAll(/--([\w-]+)/g)) assert.ok(known.includes(option), `${name}: ${line}`);
  }
});

test('gcloud knows every command with its flags', () => {
  const lines = [...new Set(of('gcloud').map(({ line }) => line))];
  if (!hasGcloud()) return console.log('NOT TESTED: the gcloud commands of the runbooks; there is no gcloud here');
  assert.equal(lintGcloud(lines), []);
});

test.run();
