/**
 * The requests of the measurement, as bytes. Every submit is another wish: its photo has a comment that no other has,
 * so that nothing is reused and every job is drawn.
 */
import sharp from 'sharp';

/** The parts of one request, in their order. */
export type RequestBytes = readonly Uint8Array[];

const BOUNDARY = 'easel-bench-boundary';
const FORM_HEAD = Buffer.from(
  [
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="style"\r\n\r\nink-wash\r\n`,
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="image"; filename="photo.jpg"\r\n`,
    'Content-Type: image/jpeg\r\n\r\n',
  ].join(''),
);
const FORM_END = Buffer.from(`\r\n--${BOUNDARY}--\r\n`);
const START_OF_IMAGE = Buffer.from([0xff, 0xd8]);
/** A JPEG comment: marker, length with itself, text. */
const COMMENT_BYTES = 16;
const COMMENT_HEAD = Buffer.from([0xff, 0xfe, 0, COMMENT_BYTES + 2]);

/** The smallest photo that is taken: 256 × 256 pixels of one colour, a body of about 1 KB. */
export function smallPhoto(): Promise<Buffer> {
  return sharp({ create: { width: 256, height: 256, channels: 3, background: '#c8783c' } })
    .jpeg()
    .toBuffer();
}

/** About 200 KB: noise, because it does not compress. */
export function largePhoto(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
  return sharp({ create: { width: 720, height: 720, channels: 3, background: '#808080', noise } })
    .jpeg()
    .toBuffer();
}

let submits = 0;

/** Makes submits of this photo, each with a comment of its own. */
export function submitsOf(photo: Buffer, { key, wait = false }: { key: string; wait?: boolean }): () => RequestBytes {
  const rest = photo.subarray(START_OF_IMAGE.length);
  const bytes = FORM_HEAD.length + photo.length + COMMENT_HEAD.length + COMMENT_BYTES + FORM_END.length;
  const head = headOf('POST /v1/jobs', key, [
    `Content-Type: multipart/form-data; boundary=${BOUNDARY}`,
    `Content-Length: ${bytes}`,
    ...(wait ? ['Prefer: wait=10'] : []),
  ]);
  const start = Buffer.concat([head, FORM_HEAD, START_OF_IMAGE, COMMENT_HEAD]);
  return () => [start, Buffer.from(String(submits++).padStart(COMMENT_BYTES)), rest, FORM_END];
}

export function pollsOf(path: string, key: string, headers: readonly string[] = []): () => RequestBytes {
  const request = [headOf(`GET ${path}`, key, headers)];
  return () => request;
}

function headOf(line: string, key: string, headers: readonly string[]): Buffer {
  return Buffer.from(
    [`${line} HTTP/1.1`, 'Host: 127.0.0.1', `Authorization: Bearer ${key}`, ...headers, '', ''].join('\r\n'),
  );
}
