/**
 * One process of a service that is tortured: started, killed, stopped and ended by the signals that a machine knows.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../infra-scripts/local/google-services.ts';
import { BARE_ENVIRONMENT, COMPILED_APART } from '../bare-environment.ts';
import { waitFor } from '../wait-for.ts';

/** `whole` = API and worker in one process, as embedded has it. */
export type Role = 'worker' | 'api' | 'whole';

export interface Instance {
  readonly role: Role;
  readonly port: number;
  readonly pid: number;
  runs(): boolean;
  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGUSR2'): void;
  /** Resolves with its exit code when it is gone; null when a signal has ended it. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>;
}

export interface InstanceOptions {
  readonly env: { readonly [name: string]: string };
  readonly onOutput: (text: string) => void;
  /** The start is killed too, then it comes to nothing. */
  readonly limitMs?: number;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COMMANDS: { readonly [role in Role]: readonly string[] } = {
  worker: ['worker/server.ts'],
  api: ['api/server.ts'],
  whole: ['--import', './infra-scripts/local/two-heaps.js', 'infra-scripts/local/start.ts'],
};
const START_LIMIT_MS = 30_000;

/** Resolves when it listens. */
export async function startInstance(role: Role, { env, onOutput }: InstanceOptions): Promise<Instance> {
  const port = await freePort();
  const child = spawn(process.execPath, COMMANDS[role], {
    cwd: ROOT,
    env: { ...BARE_ENVIRONMENT, ...COMPILED_APART, ...env, PORT: String(port) },
  });
  let output = '';
  let listens = false;
  const hear = (chunk: Buffer) => {
    onOutput(String(chunk));
    if (listens) return;
    output += chunk;
    listens = /listens/.test(output);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  await waitFor(
    `the ${role} to listen`,
    () => {
      if (hasEnded(child)) throw new Error(`the ${role} ended with ${child.signalCode ?? child.exitCode}:\n${output}`);
      return listens;
    },
    { limitMs: START_LIMIT_MS },
  );
  return {
    role,
    port,
    pid: child.pid ?? 0,
    runs: () => !hasEnded(child),
    signal: signal => void child.kill(signal),
    end(signal) {
      if (hasEnded(child)) return Promise.resolve(child.exitCode);
      child.kill(signal);
      return new Promise(resolve => child.once('exit', code => resolve(code)));
    },
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
