/**
 * Makes the code cache of a bundled service, at the end of an image's build: starts it as the image will, has it take
 * requests, and ends it, whereupon `boot.cjs` writes down what V8 has compiled. None of Google's services is there: what
 * is warmed up is all that leads to a call of each, which is most of what a first request compiles.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NOBODY = '127.0.0.1:1';
/** Good for a start, and nothing of it is kept. */
const SETTINGS = {
  PLATFORM: 'google',
  PORT: '0',
  HOST: '127.0.0.1',
  GOOGLE_CLOUD_PROJECT: 'easel-image',
  GOOGLE_CLOUD_LOCATION: 'europe-west1',
  BUCKET: 'easel-image',
  WORKER_URL: `http://${NOBODY}`,
  TASKS_SERVICE_ACCOUNT: 'tasks@easel-image.iam.gserviceaccount.com',
  ID_SECRET: Buffer.alloc(32).toString('base64'),
  SESSION_SECRET: Buffer.alloc(32).toString('base64'),
  FIRESTORE_EMULATOR_HOST: NOBODY,
  STORAGE_ENDPOINT: `http://${NOBODY}`,
  TASKS_ENDPOINT: NOBODY,
  METADATA_SERVER_DETECTION: 'none',
  GEMINI_MODEL: 'offline',
};
/** Calls of services that are not there are given up within ten seconds. */
const LIMIT_MS = 60_000;

const [service = ''] = process.argv.slice(2);
const child = spawn(process.execPath, ['infra-scripts/image/boot.cjs', service], {
  cwd: ROOT,
  env: { PATH: process.env.PATH, ...SETTINGS, CODE_CACHE: 'write' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
setTimeout(() => child.kill('SIGKILL'), LIMIT_MS).unref();
const ended = once(child, 'exit');
let output = '';
child.stdout.on('data', chunk => (output += chunk));
const url = await listens();
// An answer of any kind will do: each was worked for.
for (const ask of [submit, () => fetch(`${url}/ready`), () => fetch(`${url}/health`)]) await (await ask()).text();
child.kill('SIGTERM');
const [code] = await ended;
if (code !== 0) throw new Error(`${service} ended with ${code}:\n${output}`);

async function listens(): Promise<string> {
  for (;;) {
    const found = /"route":"(http:[^"]+)".*listens/.exec(output)?.[1];
    if (found !== undefined) return found;
    const exit = await Promise.race([ended, once(child.stdout, 'data').then(() => undefined)]);
    if (exit) throw new Error(`${service} ended with ${exit[0]} before it listened:\n${output}`);
  }
}

function submit(): Promise<Response> {
  const form = new FormData();
  form.set('style', 'ink-wash');
  form.set('image', new Blob([Buffer.alloc(1_000)], { type: 'image/jpeg' }), 'photo.jpg');
  const headers = { Authorization: `Bearer sk_${'0'.repeat(43)}` };
  return fetch(`${url}/v1/jobs`, { method: 'POST', headers, body: form });
}
