/**
 * Runs the two services of the google platform as they run on Cloud Run, each in a process of its own, against whatever
 * their environment names.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

export const SERVICES = ['worker', 'api'] as const;
export type ServiceName = (typeof SERVICES)[number];

export interface GoogleServices {
  /** Starts those that do not run; resolves with the address of the API when both listen, rejects when one ends. */
  start(): Promise<string>;
  /** Asks both to end, as Cloud Run does; resolves with their exit codes. */
  terminate(): Promise<(number | null)[]>;
  /** Ends them at once, as a crash does. */
  kill(names?: readonly ServiceName[]): Promise<void>;
}

export interface ServicesOptions {
  readonly environment: { readonly [name: string]: string };
  readonly ports: {
    readonly api: number;
    /** The port in WORKER_URL. */
    readonly worker: number;
  };
  /** Hears what both print. */
  readonly onOutput: (text: string) => void;
  /** Hears when one ends that listened and was not asked to end. */
  readonly onCrash?: (name: ServiceName) => void;
}

interface Running {
  readonly child: ChildProcess;
  readonly listens: Promise<string>;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_LIMIT_MS = 30_000;

export function createGoogleServices(options: ServicesOptions): GoogleServices {
  const running = new Map<ServiceName, Running>();

  const begin = (name: ServiceName): Running => {
    const begun = start(name, options);
    running.set(name, begun);
    begun.child.once('exit', () => {
      // Whoever ends it takes it off first.
      if (running.get(name) !== begun) return;
      running.delete(name);
      begun.listens.then(
        () => options.onCrash?.(name),
        () => {},
      );
    });
    return begun;
  };
  const end = async (names: readonly ServiceName[], signal: 'SIGTERM' | 'SIGKILL') => {
    const children = names.flatMap(name => running.get(name)?.child ?? []);
    for (const name of names) running.delete(name);
    for (const child of children) child.kill(signal);
    return Promise.all(children.map(ended));
  };

  return {
    async start() {
      const [, apiUrl = ''] = await Promise.all(SERVICES.map(name => (running.get(name) ?? begin(name)).listens));
      return apiUrl;
    },
    terminate: () => end(SERVICES, 'SIGTERM'),
    async kill(names = SERVICES) {
      await end(names, 'SIGKILL');
    },
  };
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

function start(name: ServiceName, { environment, ports, onOutput }: ServicesOptions): Running {
  const file = `${name}/server.ts`;
  const env = { PATH: process.env.PATH, ...environment, PORT: String(ports[name]) };
  const child = spawn(process.execPath, [file], { cwd: ROOT, env });
  const listens = new Promise<string>((resolve, reject) => {
    let output = '';
    const fail = (why: string) => reject(new Error(`${file} ${why}:\n${output}`));
    const timer = setTimeout(() => fail('did not listen in time'), START_LIMIT_MS);
    let url: string | undefined;
    const hear = (chunk: Buffer) => {
      onOutput(String(chunk));
      if (url !== undefined) return;
      output += chunk;
      url = /"route":"(http:[^"]+)".*listens/.exec(output)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
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
