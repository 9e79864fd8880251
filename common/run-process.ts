/**
 * What the start of every service has in common: a sentence and exit code 1 when it cannot start, an orderly stop on the
 * first signal, an immediate one on the second, and an end that tells no secrets when a fault was caught by nobody.
 */
import type { Log } from './log.ts';
import { redact } from './redact.ts';

export interface Stoppable {
  stop(): Promise<void>;
}

/** `start` throws an Error whose message is for the operator. */
export async function runProcess<S extends Stoppable>(start: () => Promise<S>, log: Log): Promise<S> {
  // Node by itself prints such an error whole, with the requests, headers and tokens that libraries hang on theirs.
  process.on('uncaughtException', error => {
    log.error('the process ends: a fault that nobody caught', { error });
    process.exit(1);
  });
  const running = await start().catch((error: Error) => refuse(`Easel cannot start. ${discreet(error.message)}`));
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => refuse(`The stop failed: ${discreet(String(error))}`),
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  return running;
}

/** For settings that cannot be used: all of them, a line each. */
export function orRefuse<C>(read: { config: C } | { problems: string[] }): C {
  if ('config' in read) return read.config;
  return refuse(`The settings cannot be used:\n${read.problems.map(line => `  ${redact(line)}`).join('\n')}`);
}

/** Errors at the start may list several things, a line each. */
function discreet(message: string): string {
  return message.split('\n').map(redact).join('\n');
}

function refuse(message: string): never {
  console.error(message);
  process.exit(1);
}
