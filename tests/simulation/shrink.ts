/**
 * Makes a failing run smaller: leaves out kinds of faults, then clients, as long as it still fails. What remains is what
 * somebody has to read.
 */
import { FAULT_NAMES } from './faults.ts';
import { type RunReport, simulate } from './run.ts';

export interface Smaller {
  readonly without: ReadonlySet<string>;
  readonly skip: ReadonlySet<number>;
  readonly report: RunReport;
}

const CLIENTS_MAX = 10;

export async function shrink(seed: number): Promise<Smaller> {
  let smallest: Smaller = { without: new Set(), skip: new Set(), report: await simulate(seed) };
  // Another law that is broken on the way is another story.
  const kind = kindOf(smallest.report);
  const tryOne = async (next: Pick<Smaller, 'without' | 'skip'>) => {
    const report = await simulate(seed, next);
    if (kindOf(report) === kind) smallest = { ...next, report };
  };
  for (const fault of FAULT_NAMES) {
    if (smallest.report.drawn[fault] > 0) await tryOne({ ...smallest, without: new Set([...smallest.without, fault]) });
  }
  for (let client = 0; client < CLIENTS_MAX; client++) {
    await tryOne({ ...smallest, skip: new Set([...smallest.skip, client]) });
  }
  return smallest;
}

function kindOf({ violations }: RunReport): string | undefined {
  return violations[0]?.replace(/\w+_\w+|[\w-]*\d[\w-]*|"[^"]*"|\S+\/\S+/g, '…');
}

/** The events of a run, the last ones first thrown away when they are too many to read. */
export async function traceOf(seed: number, options: Pick<Smaller, 'without' | 'skip'>): Promise<string[]> {
  const lines: string[] = [];
  const onStep = (nowMs: number, what: string) => lines.push(`${new Date(nowMs).toISOString().slice(11, 23)} ${what}`);
  await simulate(seed, { ...options, onStep });
  return lines;
}
