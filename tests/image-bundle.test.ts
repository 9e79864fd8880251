/**
 * The bundle that the API's image runs is the API: it starts, and finds the files that are read from where the sources
 * lie: pages, the client, the console's packages, the reference. That an image's build makes it: `npm run check:images`.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startSettings } from './images/settings.ts';
import { waitFor } from './wait-for.ts';

const test = suite('the bundle of the API');
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const START_LIMIT_MS = 30_000;

test('it starts and serves whatever lies beside it', async () => {
  await promisify(execFile)(process.execPath, ['infra-scripts/image/bundle.ts', 'api'], { cwd: ROOT });
  const child = spawn(process.execPath, ['infra-scripts/image/boot.cjs', 'api'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, PLATFORM: 'google', ...startSettings },
  });
  const ended = once(child, 'exit');
  try {
    let output = '';
    child.stdout.on('data', chunk => (output += chunk));
    child.stderr.on('data', chunk => (output += chunk));
    const listens = () => {
      assert.is(child.exitCode, null, output);
      return /"route":"(http:[^"]+)".*listens/.exec(output)?.[1];
    };
    const url = await waitFor('the bundle to listen', listens, { limitMs: START_LIMIT_MS });
    for (const [path, type, part] of SERVED) {
      const response = await fetch(url + path);
      assert.is(response.status, 200, `${path}: ${output}`);
      assert.match(response.headers.get('content-type') ?? '', type, path);
      assert.match(await response.text(), part, path);
    }
    // The second file of the bundle is loaded for this: the SDKs try to reach what is not there.
    assert.is((await fetch(`${url}/ready`)).status, 503);
    assert.match(output, /ECONNREFUSED/);
    assert.not.match(output, /Cannot find module|is not defined|is not a constructor/);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
});

const SERVED: readonly (readonly [path: string, type: RegExp, part: RegExp])[] = [
  ['/health', /json/, /ok/],
  ['/openapi.json', /json/, /"openapi":"3\.1/],
  ['/easel-client.js', /javascript/, /export const \{/],
  ['/easel-portrait.js', /javascript/, /export const \{/],
  ['/easel-portrait/photo.jpg', /image\/jpeg/, /./s],
  ['/docs', /html/, /<html/],
  ['/docs/swagger-ui-bundle.js', /javascript/, /swagger/i],
  ['/admin', /html/, /<html/],
];

test.run();
