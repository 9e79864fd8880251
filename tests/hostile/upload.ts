/** A submit whose multipart body is written by hand, because a polite client would mend the file name. */
import type { Hostile } from './hostile.ts';

const BOUNDARY = 'hostile-8f14e45f';

/** The body and its type. */
export function uploadOf(
  { bytes, fileName = 'photo.jpg', contentType = 'image/jpeg' }: Hostile,
  fields: { readonly [name: string]: string },
): { body: Uint8Array<ArrayBuffer>; headers: { 'Content-Type': string } } {
  const text = Object.entries(fields).map(
    ([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const file =
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="image"; filename="${fileName}"\r\n` +
    `Content-Type: ${contentType}\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(text.join('') + file), bytes, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
  return { body: new Uint8Array(body), headers: { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}` } };
}
