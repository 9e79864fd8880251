/**
 * The one way of bytes from outside into libvips, and what libvips may do at all in this process. A decoder gets a bare
 * picture, never more pixels than its header announced, and a bound of time.
 */
import sharp, { type Sharp, type SharpOptions } from 'sharp';
import type { BarePicture } from './bare-picture.ts';

/** The slowest honest photo, a progressive JPEG of 50 megapixels, takes about 2 s on one core. */
const SECONDS_MAX = 20;
/** Reading of the three formats from memory. Encoders are not loaders and stay free. */
const LOADERS = ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'];

/** A pipeline that fails on whatever the decoder only warns of, unless told otherwise. */
export function decoderOf(
  { bytes, width, height }: BarePicture,
  { failOn = 'warning', seconds = SECONDS_MAX }: Pick<SharpOptions, 'failOn'> & { seconds?: number } = {},
): Sharp {
  return sharp(bytes, { failOn, limitInputPixels: width * height, pages: 1 }).timeout({ seconds });
}

/**
 * Sets libvips up for a server; the process calls it once at start-up. Its cache of recent operations would hold
 * customers' photos in memory for nothing, since no photo is worked on twice; and jobs run side by side already, so
 * more threads for each picture would take memory and gain no time. What it could read besides the three formats
 * (SVG, PDF, TIFF, gain maps of Ultra HDR, files by their name …) is a way in that nobody needs.
 */
export function tuneSharp(): void {
  sharp.cache(false);
  sharp.concurrency(1);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: LOADERS });
}
