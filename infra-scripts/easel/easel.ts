/**
 * `easel`: the command line's process. It hands the real world over and ends with the exit code; what a command does
 * begins in `run.ts`.
 */
import { createInterface } from 'node:readline/promises';
import type { World } from './command.ts';
import { EXIT, Fault } from './faults.ts';
import { runEasel } from './run.ts';
import { createScreen } from './screen.ts';

// npm runs a script in the folder of its package; the photos are where the command was typed.
if (process.env.npm_lifecycle_event === 'easel' && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);

const interrupted = new AbortController();
// Once: whoever presses Ctrl-C again wants out at once, and gets it from Node.
process.once('SIGINT', () => interrupted.abort(new Fault(EXIT.interrupted, 'Interrupted.')));
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // The reader has seen enough: `easel jobs list --all | head -1`.
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
}

const world: World = {
  env: process.env,
  out: createScreen(process.stdout, process.env),
  err: createScreen(process.stderr, process.env),
  signal: interrupted.signal,
  now: Date.now,
  ask: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined,
};
process.exitCode = await runEasel(process.argv.slice(2), world);

/** The answer to a question on the terminal; empty when the input ends. */
async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    const ended = new Promise<string>(resolve => lines.once('close', () => resolve('')));
    return await Promise.race([lines.question(question, { signal: interrupted.signal }), ended]);
  } catch (error) {
    interrupted.signal.throwIfAborted();
    throw error;
  } finally {
    lines.close();
  }
}
