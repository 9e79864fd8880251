/**
 * The lines and the items of a batch in the bucket, in parts: nobody ever holds more than one, and who was cut off goes on
 * with the part where it was. They lie under `inputs/`, whose life is limited, and are deleted once they are used.
 */
import { buffer } from 'node:stream/consumers';
import type { Engine } from '../engine.ts';
import type { Batch } from './batch.ts';
import type { StoredItem } from './item.ts';

/** So many items become jobs between two notes of how far it has come. */
export const PART_ITEMS = 100;
export const RAW_PART_BYTES = 256 * 2 ** 10;
const DELETED_AT_ONCE = 1_000;

type Named = Pick<Batch, 'id' | 'token'>;

function folder({ id, token }: Named): string {
  return `inputs/${id}/${token}`;
}

export function rawPath(batch: Named, part: number): string {
  return `${folder(batch)}/raw-${part}`;
}

/** Where the photo lies that came within the item itself. */
export function inlinePhotoPath(batch: Named, item: number): string {
  return `${folder(batch)}/photo-${item}`;
}

function itemsPath(batch: Named, part: number): string {
  return `${folder(batch)}/items-${part}`;
}

export async function* rawBytes({ bucket }: Pick<Engine, 'bucket'>, batch: Batch): AsyncGenerator<Buffer> {
  for (let part = 0; part < (batch.items?.rawParts ?? 0); part++) {
    for await (const chunk of await bucket.read(rawPath(batch, part))) yield chunk as Buffer;
  }
}

/** The same items again write the same object. */
export async function writeItems(
  { bucket }: Pick<Engine, 'bucket'>,
  batch: Named,
  part: number,
  items: readonly StoredItem[],
): Promise<void> {
  await bucket.put(itemsPath(batch, part), Buffer.from(JSON.stringify(items)), { contentType: 'application/json' });
}

export async function readItems({ bucket }: Pick<Engine, 'bucket'>, batch: Named, part: number): Promise<StoredItem[]> {
  return JSON.parse((await buffer(await bucket.read(itemsPath(batch, part)))).toString('utf8')) as StoredItem[];
}

export async function deleteParts({ bucket }: Pick<Engine, 'bucket'>, batch: Named): Promise<void> {
  for (;;) {
    const found = await bucket.list(`${folder(batch)}/`, { limit: DELETED_AT_ONCE });
    await Promise.all(found.map(({ path }) => bucket.delete(path)));
    if (found.length < DELETED_AT_ONCE) return;
  }
}
