/**
 * A share of a simulation's seeds, which one process runs: up to the first that breaks a law.
 */
import { type RunReport, simulate } from './run.ts';

export interface Share {
  readonly runs: number;
  readonly steps: number;
  readonly jobs: number;
  readonly calls: number;
  readonly simulatedMs: number;
  /** The first seed that broke a law. */
  readonly failing?: Pick<RunReport, 'seed' | 'violations'>;
}

export async function simulateSeeds(first: number, count: number): Promise<Share> {
  const sum = { runs: 0, steps: 0, jobs: 0, calls: 0, simulatedMs: 0 };
  for (let seed = first; seed < first + count; seed++) {
    const report = await simulate(seed);
    sum.runs++;
    for (const name of ['steps', 'jobs', 'calls', 'simulatedMs'] as const) sum[name] += report[name];
    if (report.violations.length > 0) return { ...sum, failing: { seed, violations: report.violations } };
  }
  return sum;
}
