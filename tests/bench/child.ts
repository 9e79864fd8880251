/**
 * The measured process's half of the conversation with the benchmark: it says that it is ready, then answers what it
 * is asked by name. It ends when the benchmark ends, however that came.
 */
import { createProfiler } from './profile.ts';

interface Question {
  readonly number: number;
  readonly ask: string;
  readonly argument: unknown;
}

/** Each question has its own kind of argument; who asks knows which. */
export type Answers = { readonly [ask: string]: (argument: never) => unknown };

export function answerBenchmark(own: Answers, ready: object = {}): void {
  const profiler = createProfiler();
  const answers: Answers = { used, beginProfile: profiler.begin, endProfile: profiler.end, ...own };
  process.on('disconnect', () => process.exit());
  process.on('message', ({ number, ask, argument }: Question) => {
    Promise.resolve()
      .then(() => answers[ask]?.(argument as never))
      .then(
        answer => process.send?.({ number, answer }),
        (error: unknown) => process.send?.({ number, failed: error instanceof Error ? error.stack : String(error) }),
      );
  });
  process.send?.({ ready });
}

/** Milliseconds of the machine's monotonic clock: the same in all processes. */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function used() {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  globalThis.gc?.();
  return {
    peakRssMb: maxRSS / 1_024,
    rssMb: process.memoryUsage.rss() / 2 ** 20,
    cpuMs: (userCPUTime + systemCPUTime) / 1_000,
  };
}
