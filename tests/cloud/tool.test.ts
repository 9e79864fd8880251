/**
 * The tools as commands: what they do with wrong words, with placeholders and with `--dry-run`. Nothing calls a cloud: there
 * is no gcloud on their path.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { TOOLS } from '../../infra-scripts/google/tools.ts';
import { COMPILED } from '../bare-environment.ts';

export const FILE_LIMIT_MS = 120_000;

const test = suite('cloud tools');

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

test('every tool prints what it would run, and touches nothing', async () => {
  for (const { name } of TOOLS) {
    const { code, stdout } = await start(
      name,
      '--env',
      'staging',
      '--dry-run',
      ...(name === 'deploy' ? ['--version', 'v1'] : []),
    );
    assert.is(code, 0, name);
    assert.match(stdout, /^gcloud /m, name);
  }
});

test('an environment that still names examples is refused before anything runs', async () => {
  for (const { name } of TOOLS) {
    const { code, stdout, stderr } = await start(name, '--env', 'production');
    assert.equal([code, stdout], [1, ''], name);
    assert.match(stderr, 'environments/production.yaml still names examples');
  }
});

test('another environment, or none, and unknown options are told', async () => {
  assert.match((await start('setup')).stderr, 'npm run cloud:setup -- --env staging|production [--dry-run]');
  assert.match((await start('setup', '--env', 'test')).stderr, 'Which environment?');
  const unknown = await start('setup', '--env', 'staging', '--force');
  assert.is(unknown.code, 1);
  assert.match(unknown.stderr, '--force');
});

test.run();

async function start(name: string, ...args: string[]): Promise<Ended> {
  const file = fileURLToPath(new URL(`../../infra-scripts/google/${name}.ts`, import.meta.url));
  const options = { env: { ...COMPILED, PATH: '/nowhere', HOME: '/nowhere' } };
  return promisify(execFile)(process.execPath, [file, ...args], options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: Ended) => error,
  );
}
