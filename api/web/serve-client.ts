/**
 * GET /easel-client.js: the client, for pages. It is no secret and the same for everybody; which pages may import it is
 * CORS' business, as with every other answer.
 */
import type { Context } from 'koa';
import { type Published, publish, sendPublished } from '../published.ts';
import { browserModule } from './browser-module.ts';

/** A page takes a new version within so long of a deploy. */
const MAX_AGE_S = 300;

export interface ClientModule {
  readonly clientModule: () => Promise<Published>;
}

/** Made at the first request and kept. */
export function createClientModule(): ClientModule['clientModule'] {
  let made: Promise<Published> | undefined;
  const entry = new URL('./easel-client.ts', import.meta.url);
  return () => (made ??= publish(async () => Buffer.from(await browserModule(entry))));
}

export async function getClient({ clientModule }: ClientModule, ctx: Context): Promise<void> {
  sendPublished(ctx, await clientModule(), { type: 'js', maxAgeS: MAX_AGE_S });
}
