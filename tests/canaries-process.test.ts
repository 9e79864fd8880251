/**
 * What a process prints when it cannot start, and when it ends by a fault that nobody caught: enough to find the cause, and
 * no secret. Platform: embedded; the start and the end are the same code on google (`common/run-process.ts`), and the
 * settings of both are read here.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readConfig, readGoogleConfig } from '../common/config.ts';
import { createCanaries } from './canary/canaries.ts';
import { withService } from './service.ts';
import { createProcesses } from './service-processes.ts';
import { waitFor } from './wait-for.ts';

const test = suite('canaries at the start and the end');
const CRASH = new URL('./canary/crash.ts', import.meta.url).href;

for (const how of ['throw', 'reject']) {
  test(
    `a fault that nobody caught (${how}) tells where it was, and nothing that hangs on the error`,
    inFolder(async folder => {
      const canaries = createCanaries();
      const crashFile = join(folder, 'crash.json');
      const env = { NODE_OPTIONS: `--import=${CRASH}`, CRASH_FILE: crashFile };
      await withService(async service => {
        await writeFile(crashFile, JSON.stringify({ how, secret: canaries.word('secret of a request') }));
        await waitFor('the end', () => service.output().includes('"the process ends: a fault that nobody caught"'));
        assert.is(await service.terminate(), 1);
        assert.equal(canaries.in(service.output()), []);
        assert.match(service.output(), 'refused: Bearer …');
        assert.match(service.output(), 'tests/canary/crash.ts');
      }, env)();
    }),
  );
}

test(
  'files and settings that cannot be used are named, and nothing of a secret in them is told',
  inFolder(async folder => {
    const canaries = createCanaries();
    const word = canaries.word('secret of a file');
    const contents = [
      word,
      `"${word}`,
      `{"admin":"${word}","server":${word}}`,
      `{"admin":"${word}"}`,
      `{"id":"${word}" x}`,
    ];
    for (const name of ['keys.json', 'secrets.json']) {
      for (const [index, text] of contents.entries()) {
        const directory = await mkdtemp(join(folder, `${index}-`));
        await writeFile(join(directory, name), text);
        await refusesToStart({ directory, expected: name, canaries });
      }
    }
    const key = `AIzaSy${'-key'.repeat(8)}`;
    canaries.known('a key in the wrong setting', key);
    await refusesToStart({ directory: folder, expected: 'PORT', canaries, env: { PORT: key } });
  }),
);

test('settings that do not fit together are told without the secrets among them', () => {
  const canaries = createCanaries();
  const secrets = Object.fromEntries(
    ['GEMINI_API_KEY', 'CHALLENGE_SECRET', 'ID_SECRET', 'SESSION_SECRET'].map(name => [name, canaries.word(name)]),
  );
  const env = { ...secrets, GEMINI_VERTEX_LOCATION: 'global', GOOGLE_CLOUD_PROJECT: 'demo', PLATFORM: 'google' };
  for (const [read, problemsMin] of [
    [readGoogleConfig, 5],
    [readConfig, 2],
  ] as const) {
    const told = read(env);
    const problems = 'problems' in told ? told.problems : [];
    assert.ok(problems.length >= problemsMin, problems.join('\n'));
    assert.equal(canaries.in(problems.join('\n')), []);
  }
});

test.run();

function inFolder(test: (folder: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), 'easel-canaries-'));
    try {
      await test(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  };
}

interface Refusal {
  readonly directory: string;
  /** What the refusal has to name. */
  readonly expected: string;
  readonly canaries: ReturnType<typeof createCanaries>;
  readonly env?: { readonly [name: string]: string };
}

async function refusesToStart({ directory, expected, canaries, env = {} }: Refusal): Promise<void> {
  const processes = createProcesses({ directory, env, fileKiBMax: undefined });
  try {
    await processes.start().then(
      () => assert.unreachable('it starts'),
      () => {},
    );
    assert.match(processes.output(), expected);
    assert.equal(canaries.in(processes.output()), [], processes.output());
  } finally {
    await processes.close();
  }
}
