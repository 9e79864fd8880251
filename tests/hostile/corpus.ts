/** Every hostile image, its name beginning with its format. */
import type { Hostile } from './hostile.ts';
import { hostileJpegs } from './jpegs.ts';
import { ladenJpegs } from './laden-jpegs.ts';
import { hostilePngs } from './pngs.ts';
import { polyglots } from './polyglots.ts';
import { strangers } from './strangers.ts';
import { hostileWebps } from './webps.ts';

export async function hostileImages(): Promise<Hostile[]> {
  const named = (format: string, images: readonly Hostile[]) =>
    images.map(image => ({ ...image, name: `${format}: ${image.name}` }));
  return [
    ...named('JPEG', [...(await hostileJpegs()), ...(await ladenJpegs())]),
    ...named('PNG', await hostilePngs()),
    ...named('WebP', await hostileWebps()),
    ...named('stranger', await strangers()),
    ...named('polyglot', await polyglots()),
  ];
}
