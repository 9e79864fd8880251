/**
 * Runs the two services of the google platform as they run on Cloud Run, each in a process of its own, against whatever
 * their environment names.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

export interface GoogleServices {
  readonly apiUrl: string;
  /** Asks both to end, as Cloud Run does; resolves with their exit codes. */
  terminate(): Promise<(number | null)[]>;
  /** Ends both at once, as a crash does. */
  kill(): Promise<void>;
}

export interface ServicesOptions {
  readonly environment: { readonly [name: string]: string };
  readonly apiPort: number;
  /** The port in WORKER_URL. */
  readonly workerPort: number;
  /** Hears what both print. */
  readonly onOutput: (text: string) => void;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_LIMIT_MS = 30_000;

export async function startGoogleServices(options: ServicesOptions): Promise<GoogleServices> {
  const worker = start('worker/server.ts', options.workerPort, options);
  const api = start('api/server.ts', options.apiPort, options);
  const both = [worker.child, api.child];
  try {
    const [, apiUrl] = await Promise.all([worker.listens, api.listens]);
    return {
      apiUrl,
      async terminate() {
        for (const child of both) child.kill('SIGTERM');
        return Promise.all(both.map(ended));
      },
      async kill() {
        for (const child of both) child.kill('SIGKILL');
        await Promise.all(both.map(ended));
      },
    };
  } catch (error) {
    for (const child of both) child.kill('SIGKILL');
    throw error;
  }
}

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise(resolve => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

function start(file: string, port: number, { environment, onOutput }: ServicesOptions) {
  const env = { PATH: process.env.PATH, ...environment, PORT: String(port) };
  const child = spawn(process.execPath, [file], { cwd: ROOT, env });
  const listens = new Promise<string>((resolve, reject) => {
    let output = '';
    const fail = (why: string) => reject(new Error(`${file} ${why}:\n${output}`));
    const timer = setTimeout(() => fail('did not listen in time'), START_LIMIT_MS);
    const hear = (chunk: Buffer) => {
      output += chunk;
      onOutput(String(chunk));
      const url = /"route":"(http:[^"]+)".*listens/.exec(output)?.[1];
      if (!url) return;
      clearTimeout(timer);
      output = '';
      resolve(url);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', code => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
  });
  // Whoever stops the services before they listen does not wait for this.
  listens.catch(() => {});
  return { child, listens };
}

function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise(resolve => child.once('exit', code => resolve(code)));
}
