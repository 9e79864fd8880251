/**
 * Browsers other than the Chromium that the suites are written for: Firefox, and WebKitGTK, which has the engine of Safari
 * and of every browser on an iPhone. They are asked for little, by the protocols that they speak themselves.
 */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface OtherBrowser {
  /** As it calls itself. */
  readonly name: string;
  /** Resolves when the page has been loaded. */
  open(url: string): Promise<void>;
  /** The value of an expression on the page, which may be a promise of one that JSON can hold. */
  read<T>(expression: string): Promise<T>;
  /** Chooses a file in the field that the expression finds. */
  chooseFile(field: string, path: string): Promise<void>;
  /** A PNG of what can be seen. */
  screenshot(): Promise<Buffer>;
  close(): Promise<void>;
}

export function isInstalled(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface Program {
  /** What the first line that matches says, on stream 2 or on 3, which is opened for it. Rejects after a minute. */
  says(pattern: RegExp, stream?: 2 | 3): Promise<string>;
  stop(): Promise<void>;
}

const START_LIMIT_MS = 60_000;

export function startProgram([command = '', ...args]: readonly string[], env: NodeJS.ProcessEnv = {}): Program {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<string>(resolve => {
    child.once('error', error => resolve(error.message));
    child.once('close', code => resolve(`it ended with ${code}`));
  });
  // What nobody reads would stop it in the end.
  child.stderr?.resume();
  return {
    async says(pattern, stream = 2) {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const fail = (why: string) => reject(new Error(`${command} has not said ${pattern}: ${why}`));
      const timer = setTimeout(() => fail('a minute is over'), START_LIMIT_MS);
      void ended.then(fail);
      createInterface({ input: child.stdio[stream] as Readable }).on('line', line => {
        const found = pattern.exec(line)?.[1];
        if (found !== undefined) resolve(found);
      });
      return promise.finally(() => clearTimeout(timer));
    },
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
