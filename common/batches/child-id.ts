/**
 * The id of a batch's job: the same whenever it is made, however often the making was cut off. It begins with the time
 * of the batch and the place of the job in it, so that the order of ids is that of the items and a store appends.
 */

import { idOf, keyedBytes } from '../ids.ts';
import type { Settings } from '../settings.ts';
import type { Batch } from './batch.ts';

const DIGEST_BYTES = 6;

/** `index` counts from 0. */
export function childId(
  { idSecret }: Pick<Settings, 'idSecret'>,
  batch: Pick<Batch, 'id' | 'createdAt'>,
  index: number,
) {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(batch.createdAt / 2 ** 32));
  view.setUint32(2, batch.createdAt % 2 ** 32);
  view.setUint32(6, index);
  bytes.set(keyedBytes(idSecret, ['batch', batch.id, String(index)]).subarray(0, DIGEST_BYTES), 10);
  return idOf('job', bytes);
}
