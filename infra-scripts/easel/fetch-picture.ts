/**
 * Downloads the picture of a job: the API leads to a signed address, which is asked without the key. A picture that
 * arrived damaged is no picture.
 */
import { createHash } from 'node:crypto';
import type { JobAnswer } from './answers.ts';
import type { Client } from './client.ts';
import { EXIT, Fault } from './faults.ts';
import { jobPath } from './follow-job.ts';

export interface Picture {
  readonly bytes: Buffer;
  readonly contentType: string;
}

export async function fetchPicture(
  client: Client,
  { id, output }: Pick<JobAnswer, 'id' | 'output'>,
  { preview = false } = {},
): Promise<Picture> {
  const { headers } = await client.reply('GET', `${jobPath(id)}/output${preview ? '?variant=preview' : ''}`, {
    takes: [302],
  });
  const address = new URL(headers.get('Location') ?? '', client.connection.url).href;
  const picture = await client.reply('GET', address);
  if (!preview && output && createHash('sha256').update(picture.bytes).digest('hex') !== output.sha256) {
    throw new Fault(EXIT.noPicture, `The picture of ${id} arrived damaged.`, { hint: `easel jobs download ${id}` });
  }
  return { bytes: picture.bytes, contentType: picture.headers.get('Content-Type') ?? '' };
}
