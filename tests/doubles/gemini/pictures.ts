/**
 * The pictures that the Gemini double draws: whole ones, of the sizes that the real models answer with, and no two alike.
 * Each size is drawn once; its number is then written beside the pixels, which costs nothing.
 */
import { crc32 } from 'node:zlib';
import sharp from 'sharp';

export type PictureType = 'png' | 'jpeg' | 'webp';

/** Width and height at 1K by aspect ratio, as the model pages list them; other sizes are multiples. */
const AT_1K: { readonly [aspectRatio: string]: readonly [width: number, height: number] } = {
  '1:1': [1024, 1024],
  '1:4': [512, 2048],
  '4:1': [2048, 512],
  '1:8': [384, 3072],
  '8:1': [3072, 384],
  '2:3': [848, 1264],
  '3:2': [1264, 848],
  '3:4': [896, 1200],
  '4:3': [1200, 896],
  '4:5': [928, 1152],
  '5:4': [1152, 928],
  '9:16': [768, 1376],
  '16:9': [1376, 768],
  '21:9': [1584, 672],
};
const SCALE: { readonly [size: string]: number } = { '512': 0.5, '1K': 1, '2K': 2, '4K': 4 };

export const ASPECT_RATIOS = Object.keys(AT_1K);

const drawn = new Map<string, Promise<Buffer>>();

export function dimensionsOf(aspectRatio: string, size: string): { width: number; height: number } {
  const [width = 1024, height = 1024] = AT_1K[aspectRatio] ?? [];
  const scale = SCALE[size] ?? 1;
  return { width: width * scale, height: height * scale };
}

/** WebP has no room for a number here: two of a size are alike. */
export async function drawPicture(
  { width, height, type }: { width: number; height: number; type: PictureType },
  number: number,
): Promise<Buffer> {
  const key = `${width}x${height}.${type}`;
  const drawing = drawn.get(key) ?? draw(width, height, type);
  drawn.set(key, drawing);
  const bytes = await drawing;
  if (type === 'png') return withPngText(bytes, `number\0${number}`);
  return type === 'jpeg' ? withJpegComment(bytes, String(number)) : bytes;
}

/** A slope of colours: rows that differ, so that a missing part is missed. */
function draw(width: number, height: number, type: PictureType): Promise<Buffer> {
  const slope = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><linearGradient id="g"
    x2="1" y2="1"><stop stop-color="#f4e9d8"/><stop offset="1" stop-color="#3b5a72"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#g)"/></svg>`;
  return sharp(Buffer.from(slope)).flatten().toFormat(type).toBuffer();
}

/** A text chunk behind the header, which is 33 bytes long in every PNG. */
function withPngText(png: Buffer, text: string): Buffer {
  const body = Buffer.from(`tEXt${text}`, 'latin1');
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(body.length - 4, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([png.subarray(0, 33), frame.subarray(0, 4), body, frame.subarray(4), png.subarray(33)]);
}

function withJpegComment(jpeg: Buffer, text: string): Buffer {
  const body = Buffer.from(text, 'latin1');
  const head = Buffer.from([0xff, 0xfe, 0, body.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}
