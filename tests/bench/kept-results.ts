/** `results.json`: the figures of the last full run and of parts measured again since; the docs are made of it. */
import { readFile, writeFile } from 'node:fs/promises';
import { PARTS } from './parts.ts';
import { type Ratios, ratiosOf } from './ratios.ts';
import { hasFigures, type PartResult } from './results.ts';

const FILE = new URL('./results.json', import.meta.url);

interface Kept {
  /** What `npm run bench:check` compares with. */
  readonly ratios: Ratios;
  readonly parts: readonly PartResult[];
}

/** Empty when nothing has been measured yet. */
export async function readResults(): Promise<Kept> {
  try {
    return JSON.parse(await readFile(FILE, 'utf8')) as Kept;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { ratios: {}, parts: [] };
    throw error;
  }
}

/** Puts new parts in the place of old ones. A part that has measured nothing replaces none. */
export async function keepResults(results: readonly PartResult[]): Promise<PartResult[]> {
  const kept = new Map((await readResults()).parts.map(part => [part.part, part]));
  for (const result of results) if (hasFigures(result) || !kept.has(result.part)) kept.set(result.part, result);
  const parts = PARTS.flatMap(({ name }) => kept.get(name) ?? []);
  const ratios = ratiosOf(parts);
  // One line a row of figures, so that a change of one is one line of a diff.
  const text = JSON.stringify({ ratios, parts }, undefined, 2).replace(
    /\[\s+([^[\]{}]*?)\s+\]/g,
    (_, inner: string) => {
      return `[${inner.replace(/\s*\n\s*/g, ' ')}]`;
    },
  );
  await writeFile(FILE, `${text}\n`);
  return parts;
}
