/** The memory of the one child process of a test, by the kernel's own account of its peak: nothing between is missed. */
import { readFile, writeFile } from 'node:fs/promises';

export interface Resident {
  /** In bytes, now. */
  now(): Promise<number>;
  /** The most since the watch began. */
  peak(): Promise<number>;
}

/** Undefined where there is no /proc, which is everywhere but on Linux. */
export async function watchChild(): Promise<Resident | undefined> {
  const children = await readFile(`/proc/self/task/${process.pid}/children`, 'utf8').catch(() => undefined);
  if (children === undefined) return undefined;
  const [pid, ...others] = children.trim().split(' ');
  if (!pid || others.length > 0) throw new Error(`expected one child, got "${children}"`);
  const RESET_PEAK = '5';
  await writeFile(`/proc/${pid}/clear_refs`, RESET_PEAK);
  const read = async (field: string) => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return 1024 * Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]);
  };
  return { now: () => read('VmRSS'), peak: () => read('VmHWM') };
}
