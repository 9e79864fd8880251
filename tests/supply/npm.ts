/**
 * Runs npm and takes what it prints; npm tells of trouble by its exit code as well as by its words.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ROOT } from './lockfile.ts';

/** A registry that does not answer by then does not offer what was asked for. */
const LIMIT_MS = 240_000;
const OUTPUT_BYTES_MAX = 64 * 2 ** 20;

export function npm(...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd: fileURLToPath(ROOT), timeout: LIMIT_MS, maxBuffer: OUTPUT_BYTES_MAX };
    execFile('npm', args, options, (error, stdout, stderr) => {
      if (stdout.trim() !== '') resolve(stdout);
      else reject(new Error(`npm ${args.join(' ')} printed nothing: ${stderr}`, { cause: error }));
    });
  });
}
