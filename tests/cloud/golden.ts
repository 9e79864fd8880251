/**
 * Recorded dry runs: what a tool would do, in a file that a person can read and a review shows the changes of.
 * `UPDATE_GOLDEN=1 npm test -- 'tests/cloud/*.test.ts'` records them anew.
 */
import { readFile, writeFile } from 'node:fs/promises';
import * as assert from 'uvu/assert';

export async function holdsGolden(name: string, text: string): Promise<void> {
  const file = new URL(`./golden/${name}`, import.meta.url);
  const wanted = `${text.trimEnd()}\n`;
  if (process.env.UPDATE_GOLDEN) await writeFile(file, wanted);
  else assert.fixture(wanted, await readFile(file, 'utf8'), `tests/cloud/golden/${name}: read it, and record it anew`);
}
