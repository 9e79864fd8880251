/**
 * TypeScript as browsers take it: the types become blanks, everything else stays where it is. In a thread of its own that
 * ends when nothing is left to do: Node's compiler takes 20 MiB and more for as long as its thread lives, for a few files
 * that are made once.
 */
import { Worker } from 'node:worker_threads';

/** Long enough for the next file of the same page. */
const IDLE_MS = 2_000;

/** Node calls its compiler an experiment, in a warning at its first use, and yet starts every file of ours by it. */
const THREAD = `
  const { parentPort } = require('node:worker_threads');
  const { stripTypeScriptTypes } = require('node:module');
  process.emitWarning = () => {};
  parentPort.on('message', ({ number, code }) => {
    try {
      parentPort.postMessage({ number, stripped: stripTypeScriptTypes(code) });
    } catch (error) {
      parentPort.postMessage({ number, fault: error instanceof Error ? error.message : String(error) });
    }
  });
`;

interface Answer {
  readonly number: number;
  readonly stripped?: string;
  readonly fault?: string;
}

interface Compiler {
  strip(code: string): Promise<string>;
}

let running: Compiler | undefined;

/** Rejects with the compiler's sentence for what is no TypeScript, or needs more than its types taken out. */
export function withoutTypes(code: string): Promise<string> {
  running ??= startCompiler(() => {
    running = undefined;
  });
  return running.strip(code);
}

function startCompiler(onEnd: () => void): Compiler {
  const worker = new Worker(THREAD, { eval: true, execArgv: [] });
  const waiting = new Map<number, { resolve(code: string): void; reject(error: Error): void }>();
  let serial = 0;
  let idle: NodeJS.Timeout | undefined;

  const end = (error: Error) => {
    clearTimeout(idle);
    onEnd();
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    void worker.terminate();
  };
  worker.on('error', end);
  worker.on('message', ({ number, stripped, fault }: Answer) => {
    const asked = waiting.get(number);
    waiting.delete(number);
    if (stripped !== undefined) asked?.resolve(stripped);
    else asked?.reject(new SyntaxError(fault));
    if (waiting.size > 0) return;
    // Neither the thread nor its rest keeps a process that has nothing else to do.
    worker.unref();
    idle = setTimeout(() => end(new Error('the compiler has ended')), IDLE_MS).unref();
  });

  return {
    strip: code =>
      new Promise((resolve, reject) => {
        clearTimeout(idle);
        worker.ref();
        waiting.set(++serial, { resolve, reject });
        worker.postMessage({ number: serial, code });
      }),
  };
}
