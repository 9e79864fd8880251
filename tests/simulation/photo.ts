/**
 * A photo that every check of the API takes: one PNG of one colour, made by hand so that no encoder is needed.
 */
import { crc32, deflateSync } from 'node:zlib';

const SIDE_PX = 256;
let made: string | undefined;

/** In base64. */
export function colouredSquare(): string {
  made ??= Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header()),
    chunk('IDAT', deflateSync(rows())),
    chunk('IEND', EMPTY),
  ]).toString('base64');
  return made;
}

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const EMPTY = Buffer.alloc(0);

function header(): Buffer {
  const bytes = Buffer.alloc(13);
  bytes.writeUInt32BE(SIDE_PX, 0);
  bytes.writeUInt32BE(SIDE_PX, 4);
  // Eight bits of grey.
  bytes.writeUInt8(8, 8);
  return bytes;
}

/** Each row begins with its filter. */
function rows(): Buffer {
  return Buffer.alloc(SIDE_PX * (SIDE_PX + 1));
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
