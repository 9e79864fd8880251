/**
 * Photos as callers have them, as the one form that can be sent.
 */
import type { Photo } from './types.ts';

/** The bytes, or where they are already. */
export function photoOf(image: Photo): Blob | { readonly uploadId: string } | { readonly url: string } {
  if (image instanceof Blob) return image;
  if (image instanceof ArrayBuffer || image instanceof Uint8Array) return new Blob([image]);
  return image;
}

/** By its first bytes: what a file is called says little. Of what is none of ours the service will say so. */
export async function typeOf(photo: Blob): Promise<string> {
  const start = new Uint8Array(await photo.slice(0, 12).arrayBuffer());
  const text = String.fromCharCode(...start);
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (text.startsWith('\x89PNG')) return 'image/png';
  if (text.startsWith('RIFF') && text.slice(8) === 'WEBP') return 'image/webp';
  return photo.type;
}
