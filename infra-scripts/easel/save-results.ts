/**
 * The pictures of a batch as files: named after their items, written whole or not at all, and never fetched again while
 * the file that is there is the picture.
 */
import { createHash } from 'node:crypto';
import { readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BatchAnswer, batchPath, type ResultAnswer } from './batch-answers.ts';
import type { Client } from './client.ts';
import { fetchPicture } from './fetch-picture.ts';
import { extensionFor } from './picture-file.ts';

/** Each page begins after the last line of the one before; the last one is empty. */
export async function* resultsOf(client: Client, id: string): AsyncGenerator<ResultAnswer[]> {
  let cursor: string | undefined;
  for (;;) {
    const query = cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const { bytes } = await client.reply('GET', `${batchPath(id)}/results.ndjson${query}`);
    // An answer that was cut off ends within a line: what is whole counts, and the next begins after it.
    const lines = bytes.toString('utf8').split('\n').slice(0, -1);
    const results = lines.map(line => JSON.parse(line) as ResultAnswer);
    if (results.length === 0) return;
    yield results;
    cursor = results.at(-1)?.cursor;
  }
}

export interface Saved {
  readonly file: string;
  /** It was there already. */
  readonly skipped: boolean;
}

/** Of a result that has a picture. Throws what client and file system throw. */
export async function saveResult(
  client: Client,
  directory: string,
  { result, kind }: { result: ResultAnswer & Required<Pick<ResultAnswer, 'output'>>; kind: BatchAnswer['kind'] },
): Promise<Saved> {
  const { jobId, output } = result;
  const name = nameOf(result, kind);
  const extension = extensionFor(output.contentType);
  // Two names may become one as a file's; the second is told apart by its job.
  for (const file of [`${name}.${extension}`, `${name}-${jobId.slice(-6)}.${extension}`]) {
    const path = join(directory, file);
    const there = await stat(path).catch(() => undefined);
    if (there?.size === output.bytes && (await digestOf(path)) === output.sha256) return { file: path, skipped: true };
    if (there) continue;
    const { bytes } = await fetchPicture(client, { id: jobId, output });
    await writeWhole(path, bytes);
    return { file: path, skipped: false };
  }
  const path = join(directory, `${name}-${jobId}.${extension}`);
  await writeWhole(path, (await fetchPicture(client, { id: jobId, output })).bytes);
  return { file: path, skipped: false };
}

/** Items have names of their own; styles of one photo share theirs. */
function nameOf({ customId, style = 'prompt', jobId }: ResultAnswer, kind: BatchAnswer['kind']): string {
  const name = kind === 'items' ? (customId ?? jobId) : [customId, style].filter(Boolean).join('-');
  // The name is somebody else's word; it names a file here and must not name a directory.
  return name.replace(/[^\w.-]+/g, '_').replace(/^\.+/, '_');
}

async function digestOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

/** Under another name first: whoever finds the file finds all of it. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  try {
    await writeFile(part, bytes);
    await rename(part, path);
  } catch (error) {
    await unlink(part).catch(() => {});
    throw error;
  }
}
