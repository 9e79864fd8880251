/**
 * What the start of every service has in common: a sentence and exit code 1 when it cannot start, and an orderly stop
 * on the first signal, an immediate one on the second.
 */
export interface Stoppable {
  stop(): Promise<void>;
}

/** `start` throws an Error whose message is for the operator. */
export async function runProcess<S extends Stoppable>(start: () => Promise<S>): Promise<S> {
  const running = await start().catch((error: Error) => refuse(`Easel cannot start. ${error.message}`));
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => refuse(`The stop failed: ${String(error)}`),
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  return running;
}

/** For settings that cannot be used: all of them, a line each. */
export function orRefuse<C>(read: { config: C } | { problems: string[] }): C {
  if ('config' in read) return read.config;
  return refuse(`The settings cannot be used:\n${read.problems.map(line => `  ${line}`).join('\n')}`);
}

function refuse(message: string): never {
  console.error(message);
  process.exit(1);
}
