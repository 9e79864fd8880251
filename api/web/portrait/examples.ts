/**
 * Which styles have an example picture, and where it is: beside the module, wherever that came from.
 */
import { MODULE_URL } from './module-url.ts';

/** Drawn by the offline model of a public-domain photo: `npm run draw:examples`. */
export const EXAMPLES = ['ink-wash', 'pen-and-marker', 'post-impressionist', 'fine-art-bw', 'charcoal'];

export function exampleOf(style: string): string | undefined {
  return EXAMPLES.includes(style) ? new URL(`/easel-portrait/${style}.webp`, MODULE_URL).href : undefined;
}
