/**
 * Starts what is measured, each in a process of its own, and ends every one of them by its id. Files go into
 * directories of their own on one disk, which are removed in the end.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Of a whole process, all its threads included. */
export interface Used {
  readonly peakRssMb: number;
  readonly rssMb: number;
  /** Processor time, in milliseconds. */
  readonly cpuMs: number;
}

export interface Measured<Ready = object> {
  /** What it said when it was ready. */
  readonly ready: Ready;
  /** From the start of the process until it said so. */
  readonly startMs: number;
  readonly pid: number;
  /** Rejects when there is no answer in time (by default 60 s) or the process ends. */
  ask<T = void>(what: string, argument?: unknown, limitMs?: number): Promise<T>;
  used(): Promise<Used>;
  /** At once, as `kill -9`. Twice is once. */
  kill(): void;
  /** The same, and resolves when it is gone and has let go of its files. */
  gone(): Promise<void>;
}

export interface Processes {
  /** @param file Relative to this folder. */
  start<Ready = object>(file: string, argument?: object, nodeOptions?: readonly string[]): Promise<Measured<Ready>>;
  /** A directory of its own, on the disk that the services write to. */
  folder(): Promise<string>;
  /** To be called at the end, in the reverse order. */
  atEnd(end: () => void): void;
  /** Ends all processes and removes all folders, without waiting for anything. Twice is once. */
  endAll(): void;
}

const ANSWER_LIMIT_MS = 60_000;
/** A database server writes its last files in this time; what it makes after its folder is gone would stay. */
const SERVER_END_MS = 500;

export function createProcesses(): Processes {
  const children: ChildProcess[] = [];
  const folders: string[] = [];
  const ends: (() => void)[] = [];
  return {
    async start<Ready>(file: string, argument: object = {}, nodeOptions: readonly string[] = []) {
      const startedAt = performance.now();
      const child = fork(new URL(file, import.meta.url), [JSON.stringify(argument)], {
        ...{ stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [...nodeOptions] },
        // As `npm start` and the worker's image set it.
        env: { ...process.env, MALLOC_ARENA_MAX: '2' },
      });
      children.push(child);
      const isReady = (message: object) => 'ready' in message;
      const waited = { isIt: isReady, what: `${file}: its start`, limitMs: ANSWER_LIMIT_MS };
      const { ready } = await heard<{ ready: Ready }>(child, waited);
      return { ready, startMs: performance.now() - startedAt, ...talkTo(child, file) };
    },
    async folder() {
      const made = await mkdtemp(join(tmpdir(), 'easel-bench-'));
      folders.push(made);
      return made;
    },
    atEnd: end => void ends.push(end),
    endAll() {
      for (const child of children.splice(0)) child.kill('SIGKILL');
      const servers = ends.splice(0).reverse();
      for (const end of servers) end();
      if (servers.length > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SERVER_END_MS);
      // What was killed may still end a write that was under way.
      for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

let questions = 0;

function talkTo(child: ChildProcess, file: string): Omit<Measured, 'ready' | 'startMs'> {
  const ask = async <T>(what: string, argument?: unknown, limitMs = ANSWER_LIMIT_MS): Promise<T> => {
    const number = ++questions;
    const isIt = (message: { number?: number }) => message.number === number;
    const answered = heard<Answer<T>>(child, { isIt, what: `${file}: ${what}`, limitMs });
    child.send({ number, ask: what, argument });
    const { answer, failed } = await answered;
    if (failed !== undefined) throw new Error(`${file}: ${what}: ${failed}`);
    return answer as T;
  };
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
  const kill = () => void child.kill('SIGKILL');
  const gone = () => {
    kill();
    return ended;
  };
  return { pid: child.pid ?? 0, ask, used: () => ask<Used>('used'), kill, gone };
}

interface Answer<T> {
  readonly answer?: T;
  readonly failed?: string;
}

interface Expected {
  readonly isIt: (message: { number?: number }) => boolean;
  readonly what: string;
  readonly limitMs: number;
}

function heard<T>(child: ChildProcess, { isIt, what, limitMs }: Expected): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit);
      settle();
    };
    const onMessage = (message: object) => {
      if (isIt(message)) end(() => resolve(message as T));
    };
    const onExit = (code: number | null) => end(() => reject(new Error(`${what}: the process ended with ${code}`)));
    const late = () => end(() => reject(new Error(`${what}: no answer within ${limitMs / 1_000} s`)));
    const timer = setTimeout(late, limitMs);
    if (child.exitCode !== null || child.signalCode !== null) return onExit(child.exitCode);
    child.on('message', onMessage).on('exit', onExit);
  });
}
