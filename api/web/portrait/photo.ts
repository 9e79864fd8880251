/**
 * The shopper's photo, made ready in the browser: decoded (HEIC, too, where the browser can), turned upright, shrunk to
 * what a model looks at, and freed of everything but its pixels, such as the place where it was taken.
 */
import { SHORT_SIDE_MIN_PX } from './photo-limits.ts';

export interface Photo {
  /** What is sent: a JPEG. */
  readonly blob: Blob;
  /** What is shown: the same, small. */
  readonly preview: HTMLCanvasElement;
  readonly width: number;
  readonly height: number;
}

export type PhotoFault = 'photo.not_picture' | 'photo.heic' | 'photo.unreadable' | 'photo.too_small';

export class PhotoError extends Error {
  readonly fault: PhotoFault;

  constructor(fault: PhotoFault, options?: ErrorOptions) {
    super(fault, options);
    this.name = 'PhotoError';
    this.fault = fault;
  }
}

/** Models take photos down to this size anyway, and it is a tenth of what a phone's camera makes. */
const LONG_SIDE_PX = 2048;
const QUALITY = 0.9;
/** Twice what the widest stage shows. */
const PREVIEW_SIDE_PX = 1024;

/** Throws a `PhotoError`. */
export async function readPhoto(file: Blob): Promise<Photo> {
  const image = await decode(file);
  try {
    const { width, height } = sizeOf(image);
    if (Math.min(width, height) < SHORT_SIDE_MIN_PX) throw new PhotoError('photo.too_small');
    const upright = draw(image, LONG_SIDE_PX);
    const blob = await toJpeg(upright, QUALITY);
    return { blob, preview: draw(upright, PREVIEW_SIDE_PX), width: upright.width, height: upright.height };
  } finally {
    if ('close' in image) image.close();
  }
}

/** Safari decodes HEIC in an image element, others nowhere; whatever decodes is drawn upright. */
async function decode(file: Blob): Promise<ImageBitmap | HTMLImageElement> {
  const head = new Uint8Array(await file.slice(0, 32).arrayBuffer());
  try {
    return await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch (cause) {
    const image = isHeic(head) ? await decodeInImage(file).catch(() => undefined) : undefined;
    if (image) return image;
    const fault = isHeic(head) ? 'photo.heic' : isPicture(head) ? 'photo.unreadable' : 'photo.not_picture';
    throw new PhotoError(fault, { cause });
  }
}

async function decodeInImage(file: Blob): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

function sizeOf(image: ImageBitmap | HTMLImageElement | HTMLCanvasElement): { width: number; height: number } {
  return image instanceof HTMLImageElement ? { width: image.naturalWidth, height: image.naturalHeight } : image;
}

/** On white, which is also what the service puts behind what is transparent. */
function draw(image: ImageBitmap | HTMLImageElement | HTMLCanvasElement, longSidePx: number): HTMLCanvasElement {
  const { width, height } = sizeOf(image);
  const scale = Math.min(1, longSidePx / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d');
  if (!context) throw new PhotoError('photo.unreadable');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}

export async function toJpeg(canvas: HTMLCanvasElement, quality: number): Promise<Blob> {
  const blob = await new Promise<Blob | null>(resolve => canvas.toBlob(resolve, 'image/jpeg', quality));
  if (!blob) throw new PhotoError('photo.unreadable');
  return blob;
}

/** ISO base media files name their kind after `ftyp`; these are the kinds that phones write photos as. */
function isHeic(head: Uint8Array): boolean {
  return /^....ftyp(hei[cmsx]|hev[cmx]|mif1|msf1)/s.test(latin(head));
}

function isPicture(head: Uint8Array): boolean {
  return /^(\xff\xd8\xff|\x89PNG|GIF8|RIFF....WEBP|BM|....ftypavif)/s.test(latin(head));
}

function latin(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
