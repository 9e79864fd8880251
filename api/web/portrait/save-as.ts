/**
 * Saves a portrait as a file. The picture's address belongs to another origin than the page, where the browser ignores
 * the wish to download; so its bytes are fetched first. Where that is not allowed, the picture opens in a tab of its own.
 */
import type { EaselClient, Job } from '../client/types.ts';
import { h } from './dom.ts';

/** How long the browser may take to begin with the file. */
const RELEASE_AFTER_MS = 60_000;
const ENDINGS: { readonly [type: string]: string } = { 'image/png': 'png', 'image/webp': 'webp' };

export async function saveAs(client: EaselClient, job: Job, name: string): Promise<void> {
  try {
    const picture = await client.download(job);
    const address = URL.createObjectURL(picture);
    h('a', { href: address, download: `${name}.${ENDINGS[picture.type] ?? 'jpg'}` }).click();
    setTimeout(() => URL.revokeObjectURL(address), RELEASE_AFTER_MS);
  } catch {
    const { url } = job.output ?? {};
    if (url) h('a', { href: url, target: '_blank', rel: 'noopener' }).click();
  }
}
