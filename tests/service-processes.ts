/**
 * The processes behind `tests/service.ts`, by platform: one on the embedded platform; on google the two services, and
 * beside them the emulator and the doubles that stand for what is not ours and therefore never dies with them.
 *
 * `EASEL_TEST_PLATFORM=google` runs the same test files on the google platform.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type GoogleBackends, startGoogleBackends } from '../infra-scripts/local/google-backends.ts';
import {
  createGoogleServices,
  freePort,
  type GoogleServices,
  type ServiceName,
} from '../infra-scripts/local/google-services.ts';
import { BARE_ENVIRONMENT, COMPILED } from './bare-environment.ts';
import { waitFor } from './wait-for.ts';

export const PLATFORM = process.env.EASEL_TEST_PLATFORM === 'google' ? 'google' : 'embedded';

export interface Processes {
  /** Starts, or starts again on the same data; resolves with the address of the API. */
  start(): Promise<string>;
  /** Ends them at once, as a crash does: all, or some of them on google, where they are several. */
  kill(names?: readonly ServiceName[]): Promise<void>;
  /** Ends them as an operator does; 0 when all ended well. */
  terminate(): Promise<number | null>;
  /** After the test: everything, whatever state it is in. */
  close(): Promise<void>;
  readonly output: () => string;
  /** What stands in for Google's services, once they have started; undefined on embedded. */
  readonly backends: () => GoogleBackends | undefined;
}

export interface ProcessSettings {
  readonly directory: string;
  readonly env: { readonly [name: string]: string };
  /** Embedded: no file may grow beyond this, which is what a full disk looks like from inside the process. */
  readonly fileKiBMax: number | undefined;
}

/** It takes half a second; on a machine that has much else to do, many. */
const START_LIMIT_MS = 30_000;
const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** As `npm start` has it. */
const BEFORE = ['./infra-scripts/local/node-version.js', './infra-scripts/local/two-heaps.js'];
const START = ['--expose-gc', ...BEFORE.flatMap(file => ['--import', file]), 'infra-scripts/local/start.ts'];

export function createProcesses(settings: ProcessSettings): Processes {
  return PLATFORM === 'google' ? googleProcesses(settings) : embeddedProcess(settings);
}

function embeddedProcess({ directory, env, fileKiBMax }: ProcessSettings): Processes {
  let child: ChildProcess | undefined;
  let output = '';
  const end = (signal: 'SIGKILL' | 'SIGTERM') => {
    child?.kill(signal);
    return new Promise<number | null>(resolve => {
      if (!child || child.exitCode !== null || child.signalCode !== null) resolve(child?.exitCode ?? null);
      else child.once('exit', code => resolve(code));
    });
  };
  const kill = async () => {
    await end('SIGKILL');
  };

  return {
    output: () => output,
    backends: () => undefined,
    kill,
    close: kill,
    terminate: () => end('SIGTERM'),
    start() {
      const from = output.length;
      const command = [process.execPath, ...START];
      // `ulimit -f` counts blocks of 512 bytes.
      const limit = fileKiBMax === undefined ? [] : ['sh', '-c', `ulimit -f ${2 * fileKiBMax}; exec "$0" "$@"`];
      const [program = '', ...args] = [...limit, ...command];
      child = spawn(program, args, {
        cwd: ROOT,
        env: { ...BARE_ENVIRONMENT, PORT: '0', DATA_DIR: directory, ...env },
      });
      child.stdout?.on('data', chunk => (output += chunk));
      child.stderr?.on('data', chunk => (output += chunk));
      return waitFor(
        'the service to start',
        () => {
          if (child?.exitCode !== null || child.signalCode !== null) {
            throw new Error(`ended with ${child?.signalCode ?? child?.exitCode}: ${output.slice(from)}`);
          }
          return /Easel listens on (http:\S+)/.exec(output.slice(from))?.[1];
        },
        { limitMs: START_LIMIT_MS },
      );
    },
  };
}

/** Google's scheduler comes each minute; here a test would only wait for it. */
const SWEEP_EVERY_MS = 5_000;

/** The emulator of a machine that has much else to do. */
const FIRST_KEYS_LIMIT_MS = 30_000;

function googleProcesses({ directory, env }: ProcessSettings): Processes {
  let opened: { readonly backends: GoogleBackends; readonly services: GoogleServices } | undefined;
  let output = '';

  const open = async () => {
    const workerPort = await freePort();
    const workerUrl = `http://127.0.0.1:${workerPort}`;
    const backends = await startGoogleBackends({ dataDir: directory, workerUrl, sweepEveryMs: SWEEP_EVERY_MS });
    const services = createGoogleServices({
      environment: { ...COMPILED, ...backends.environment, ...env },
      ports: { api: 0, worker: workerPort },
      onOutput: text => (output += text),
    });
    return { backends, services };
  };

  return {
    output: () => output,
    backends: () => opened?.backends,
    kill: async names => opened?.services.kill(names),
    terminate: async () => ((await opened?.services.terminate()) ?? []).find(code => code !== 0) ?? 0,
    async close() {
      await opened?.services.kill();
      await opened?.backends.stop();
    },
    async start() {
      opened ??= await open();
      const { backends, services } = opened;
      const apiUrl = await services.start();
      // The first keys are made known after it listens.
      await waitFor(
        'the first keys',
        async () => {
          const { status } = await fetch(`${apiUrl}/v1/styles`, {
            headers: { Authorization: `Bearer ${backends.keys.server}` },
          });
          return status === 200;
        },
        { limitMs: FIRST_KEYS_LIMIT_MS },
      );
      return apiUrl;
    },
  };
}
