/**
 * Loaded into a service by `--import`: ends it by a fault that nobody catches, once the file that CRASH_FILE names is
 * there. The error is as libraries throw theirs, with the request hanging on it, and on its cause.
 */
import { existsSync, readFileSync } from 'node:fs';

const { CRASH_FILE = '' } = process.env;

if (CRASH_FILE !== '') {
  const timer = setInterval(() => {
    if (!existsSync(CRASH_FILE)) return;
    clearInterval(timer);
    const { how, secret } = JSON.parse(readFileSync(CRASH_FILE, 'utf8')) as { how: string; secret: string };
    const request = { headers: { authorization: `Bearer ${secret}` }, body: secret };
    const cause = Object.assign(new Error(`POST https://example.com/?key=${secret} failed`), { request });
    const error = Object.assign(new Error(`refused: Bearer ${secret}`, { cause }), { config: request, secret });
    if (how === 'throw') throw error;
    void Promise.reject(error);
  }, 50);
  timer.unref();
}
