/**
 * What a process holds, looked at from outside: heap after a collection that it is asked for, memory, open files, and the
 * length of the database's log.
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Instance } from '../kill/instance.ts';
import { waitFor } from '../wait-for.ts';

export interface Gauge {
  readonly role: string;
  readonly pid: number;
  readonly heapMiB: number;
  readonly rssMiB: number;
  readonly files: number;
}

const MIB = 2 ** 20;
const ANSWER_LIMIT_MS = 20_000;

/** `file` is the one that EASEL_GAUGE names. Undefined for a process that died meanwhile. */
export async function gaugeOf(instance: Instance, file: string): Promise<Gauge | undefined> {
  const { pid, role } = instance;
  const answer = `${file}.${pid}`;
  rmSync(answer, { force: true });
  instance.signal('SIGUSR2');
  await waitFor('a gauge', () => existsSync(answer) || !instance.runs(), { limitMs: ANSWER_LIMIT_MS });
  if (!existsSync(answer)) return undefined;
  const { heapUsed, rss } = JSON.parse(readFileSync(answer, 'utf8')) as { heapUsed: number; rss: number };
  return { role, pid, heapMiB: heapUsed / MIB, rssMiB: rss / MIB, files: openFiles(pid) };
}

/** Of embedded; 0 elsewhere. */
export function logMiB(directory: string): number {
  const file = join(directory, 'easel.db-wal');
  return existsSync(file) ? statSync(file).size / MIB : 0;
}

function openFiles(pid: number): number {
  return existsSync(`/proc/${pid}/fd`) ? readdirSync(`/proc/${pid}/fd`).length : 0;
}
