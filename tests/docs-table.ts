/**
 * Holds a section of a page against what the code says; with `UPDATE_DOCS=1` the section is written instead.
 */
import { readFile, writeFile } from 'node:fs/promises';
import * as assert from 'uvu/assert';

/** `lines` are all that stands between this heading and the next one of its level. */
export async function holdsTable(path: string, heading: string, lines: readonly string[]): Promise<void> {
  const file = new URL(`../${path}`, import.meta.url);
  const page = await readFile(file, 'utf8');
  const start = page.indexOf(`${heading}\n`);
  assert.ok(start !== -1, `${path} has the heading ${heading}`);
  const end = page.indexOf('\n## ', start + heading.length);
  const wanted = `${page.slice(0, start)}${heading}\n\n${lines.join('\n')}\n${end === -1 ? '' : page.slice(end)}`;
  if (process.env.UPDATE_DOCS) await writeFile(file, wanted);
  else assert.ok(page === wanted, `${path} is out of date: UPDATE_DOCS=1 npm test -- "tests/*docs.test.ts"`);
}
