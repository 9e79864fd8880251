/**
 * Pictures as files: what they are called, and how they are written without ever replacing one that is there.
 */
import { mkdir, open, unlink } from 'node:fs/promises';
import { join, parse } from 'node:path';

const EXTENSIONS: { readonly [contentType: string]: string } = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/avif': 'avif',
};

export interface PictureName {
  readonly photo: string;
  readonly style: string;
  readonly variation: number;
}

/** `cat-ink-wash` or `cat-ink-wash-v2`; the extension follows from what comes. */
export function pictureName({ photo, style, variation }: PictureName): string {
  const version = variation > 0 ? `-v${variation}` : '';
  // The style is the service's word; it names a file here and must not name a directory.
  return `${parse(photo).name}-${style.replace(/[^\w.-]+/g, '_')}${version}`;
}

export function extensionFor(contentType: string): string {
  return EXTENSIONS[contentType.split(';')[0]?.trim().toLowerCase() ?? ''] ?? 'bin';
}

/** Finds out before anything is bought that its pictures will have a place. Throws the system's error. */
export async function prepareDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const probe = join(directory, `.easel-${process.pid}-${Date.now()}`);
  await (await open(probe, 'wx')).close();
  await unlink(probe);
}

/** Writes `name.extension`, or the first of `name-2`, `name-3` … that is free; resolves with the path. */
export async function savePicture(
  directory: string,
  { name, contentType }: { readonly name: string; readonly contentType: string },
  bytes: Uint8Array,
): Promise<string> {
  for (let count = 1; ; count++) {
    const path = join(directory, `${name}${count > 1 ? `-${count}` : ''}.${extensionFor(contentType)}`);
    if (await writeNew(path, bytes)) return path;
  }
}

/** False when there is such a file. What cannot be written to its end does not stay. */
async function writeNew(path: string, bytes: Uint8Array): Promise<boolean> {
  const file = await open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  });
  if (!file) return false;
  try {
    await file.writeFile(bytes);
  } catch (error) {
    await unlink(path);
    throw error;
  } finally {
    await file.close();
  }
  return true;
}
