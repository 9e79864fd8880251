/**
 * Says what was measured, on what, and puts it into docs/performance.md if asked.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import type { Tables } from './round.ts';

const PAGE = new URL('../../docs/performance.md', import.meta.url);
const BEGIN = '<!-- from here: npm run bench:smoke -- --write -->';
const END = '<!-- to here -->';

export function report({ http, limits }: Tables, { rounds, seconds }: { rounds: number; seconds: number }): string {
  const processor = cpus()[0]?.model.trim() ?? 'unknown';
  const machine = `${availableParallelism()} cores (${processor}), ${process.platform}, Node ${process.version.slice(1)}`;
  const day = new Date().toISOString().slice(0, 10);
  return [
    `${day}, ${machine}; median [least..greatest] of ${rounds} rounds, ${seconds.toFixed(0)} s in all.`,
    http.table(),
    limits.table(),
  ].join('\n\n');
}

/** Throws when the page has lost its markers. */
export async function writeReport(text: string): Promise<void> {
  const page = await readFile(PAGE, 'utf8');
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin === -1 || end < begin) throw new Error(`docs/performance.md has lost "${BEGIN}" or "${END}"`);
  await writeFile(PAGE, `${page.slice(0, begin + BEGIN.length)}\n\n${text}\n\n${page.slice(end)}`);
}
