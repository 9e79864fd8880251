/**
 * Starts the servers that are measured, each in a process of its own, and ends every one of them by its id.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Of a whole process, all its threads included. */
export interface Used {
  readonly peakRssMb: number;
  /** Processor time, in milliseconds. */
  readonly cpuMs: number;
}

export interface MeasuredServer {
  readonly url: string;
  /** The server key; empty where there is none. */
  readonly key: string;
  /** From the start of the process until it said that it listens. */
  readonly startMs: number;
  /** Tells the server something; resolves with what it has used so far. */
  tell(message: object): Promise<Used>;
  end(): void;
}

export interface Servers {
  easel(options?: { paused?: boolean }): Promise<MeasuredServer>;
  bare(): Promise<MeasuredServer>;
  /** A directory of its own, on the disk that the services write to. */
  folder(): Promise<string>;
  /** Ends all processes and removes all folders, without waiting for anything. Twice is once. */
  endAll(): void;
}

const ANSWER_LIMIT_MS = 10_000;

export function createServers(): Servers {
  const children: ChildProcess[] = [];
  const folders: string[] = [];

  async function start(file: string, args: readonly string[]): Promise<MeasuredServer> {
    const startedAt = performance.now();
    const child = fork(new URL(file, import.meta.url), [...args], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    children.push(child);
    const { url, key = '' } = await messageOf<{ url: string; key?: string }>(child, 'to listen');
    return {
      ...{ url, key, startMs: performance.now() - startedAt },
      async tell(message) {
        const told = messageOf<NodeJS.ResourceUsage>(child, 'to answer');
        child.send(message);
        const { maxRSS, userCPUTime, systemCPUTime } = await told;
        return { peakRssMb: maxRSS / 1_024, cpuMs: (userCPUTime + systemCPUTime) / 1_000 };
      },
      end: () => child.kill('SIGKILL'),
    };
  }
  const folder = async () => {
    const made = await mkdtemp(join(tmpdir(), 'easel-bench-'));
    folders.push(made);
    return made;
  };

  return {
    folder,
    easel: async ({ paused = false } = {}) =>
      start('./easel-server.ts', [await folder(), ...(paused ? ['paused'] : [])]),
    bare: () => start('./bare-server.ts', []),
    endAll() {
      for (const child of children) child.kill('SIGKILL');
      // What was killed may still end a write that was under way.
      for (const made of folders) rmSync(made, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function messageOf<T>(child: ChildProcess, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      settle();
    };
    const onMessage = (message: unknown) => end(() => resolve(message as T));
    const onExit = (code: number | null) => end(() => reject(new Error(`a server ended with ${code}`)));
    const late = () => end(() => reject(new Error(`waited ${ANSWER_LIMIT_MS} ms for a server ${what}`)));
    const timer = setTimeout(late, ANSWER_LIMIT_MS);
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
}
