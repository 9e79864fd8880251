/**
 * Photos on this disk as the items of a batch: each is uploaded once, and is an item in each style.
 */
import { randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { basename, parse } from 'node:path';
import pLimit from 'p-limit';
import type { BatchAnswer } from './batch-answers.ts';
import type { Client } from './client.ts';
import { EXIT, Fault, usageFault } from './faults.ts';

/** Several lines share one uplink. */
const SENDING_MAX = 4;
const ITEMS_MAX = 10_000;
const TYPES: { readonly [extension: string]: string } = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
};

export interface Wished {
  readonly photos: readonly string[];
  readonly styles: readonly string[];
  readonly prompts: readonly string[];
}

/** Throws a usage fault for what no batch can be made of. */
export function checkWished({ photos, styles, prompts }: Wished): void {
  const wishes = styles.length + prompts.length;
  if (wishes === 0) throw usageFault('Name at least one --style or --prompt.', '"easel styles" lists the styles.');
  if (photos.length * wishes > ITEMS_MAX) {
    throw usageFault(`A batch has at most ${ITEMS_MAX} pictures; these would be ${photos.length * wishes}.`);
  }
  const strange = photos.find(photo => typeOf(photo) === undefined);
  if (strange !== undefined) throw usageFault(`"${strange}": expected a .jpg, .jpeg, .png or .webp file.`);
}

/** The batch as the API answers. `onSent` is called after each photo. */
export async function sendItems(
  client: Client,
  wished: Wished,
  { query, onSent, signal }: { query: URLSearchParams; onSent: () => void; signal: AbortSignal },
): Promise<BatchAnswer> {
  const limit = pLimit(SENDING_MAX);
  const uploads = await Promise.all(
    wished.photos.map(photo =>
      limit(async () => {
        signal.throwIfAborted();
        const uploadId = await upload(client, photo);
        onSent();
        return { photo, uploadId };
      }),
    ),
  );
  const bytes = Buffer.from(linesOf(uploads, wished).join(''));
  return client.json<BatchAnswer>('POST', `/v1/batches?${query}`, {
    raw: { body: bytes, headers: { 'Content-Type': 'application/x-ndjson' } },
    idempotencyKey: `easel-${randomUUID()}`,
  });
}

async function upload(client: Client, photo: string): Promise<string> {
  const file = await openAsBlob(photo);
  const wish = { contentType: typeOf(photo), bytes: file.size };
  if (file.size === 0) throw new Fault(EXIT.noPicture, `"${photo}" is an empty file.`);
  const { uploadId, url, headers } = await client.json<{
    uploadId: string;
    url: string;
    headers: { [name: string]: string };
  }>('POST', '/v1/uploads', { body: wish });
  await client.reply('PUT', url, { raw: { body: file, headers } });
  return uploadId;
}

function linesOf(uploads: readonly { photo: string; uploadId: string }[], { styles, prompts }: Wished): string[] {
  const taken = new Map<string, number>();
  const unique = (name: string) => {
    const count = (taken.get(name) ?? 0) + 1;
    taken.set(name, count);
    return count === 1 ? name : `${name}-${count}`;
  };
  return uploads.flatMap(({ photo, uploadId }) => {
    const image = { uploadId };
    const named = [
      ...styles.map(style => [style, { style }] as const),
      ...prompts.map(prompt => ['prompt', { prompt }] as const),
    ];
    return named.map(([word, wish]) => {
      const customId = unique(`${parse(basename(photo)).name}-${word}`.slice(0, 110));
      return `${JSON.stringify({ customId, image, ...wish })}\n`;
    });
  });
}

function typeOf(photo: string): string | undefined {
  return TYPES[parse(photo).ext.toLowerCase()];
}
