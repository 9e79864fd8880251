/**
 * Multipart forms, byte by byte: parts with tricks in their headers, and framing that does not hold.
 */
import type { FuzzBody } from './bodies.ts';
import type { Dice } from './dice.ts';
import { strangeText } from './strange.ts';

export interface Part {
  readonly name: string;
  readonly bytes: Buffer;
  /** Makes it a file. */
  readonly filename?: string;
  /** Lines of the part's head instead of the usual ones. */
  readonly head?: string;
}

const FILENAMES: readonly string[] = [
  'photo.jpg',
  '',
  '../../../../etc/passwd',
  'C:\\photo.jpg',
  'a"b.jpg',
  'a\\"b.jpg',
  'photo.php\0.jpg',
  `${'x'.repeat(5_000)}.jpg`,
  '写真.jpg',
  '.',
  'CON',
];

/** The file of a form. */
export function goodForm(photo: Buffer, dice: Dice): Part {
  return { name: 'image', bytes: photo, filename: dice.percent(80) ? 'photo.jpg' : dice.pick(FILENAMES) };
}

export function writeForm(parts: readonly Part[], dice: Dice): FuzzBody {
  const boundary = dice.pick(['b', '----WebKitFormBoundary7MA4YWxk', 'x'.repeat(70)]);
  const good: Framing = { boundary, newline: '\r\n', end: `--${boundary}--\r\n` };
  const type = `multipart/form-data; boundary=${boundary}`;
  if (dice.percent(35)) return { type, bytes: write(parts, good) };
  if (dice.percent(60)) return { type, bytes: write(breakParts(parts, dice), good) };
  const { framing, typed } = breakFraming(good, dice);
  const bytes = write(parts, framing);
  const cut = dice.percent(30) ? bytes.subarray(0, dice.below(bytes.length + 1)) : bytes;
  return { type: typed ?? type, bytes: cut };
}

interface Framing {
  readonly boundary: string;
  readonly newline: string;
  readonly end: string;
  readonly preamble?: string;
}

function write(parts: readonly Part[], { boundary, newline, end, preamble = '' }: Framing): Buffer {
  const pieces = parts.flatMap(part => [
    Buffer.from(`--${boundary}${newline}`),
    Buffer.from(`${headOf(part).replaceAll('\r\n', newline)}${newline}${newline}`, 'latin1'),
    part.bytes,
    Buffer.from(newline),
  ]);
  return Buffer.concat([Buffer.from(preamble), ...pieces, Buffer.from(end)]);
}

function headOf({ name, filename, head }: Part): string {
  if (head !== undefined) return head;
  const file = filename === undefined ? '' : `; filename="${Buffer.from(filename).toString('latin1')}"`;
  const type = filename === undefined ? '' : '\r\nContent-Type: image/jpeg';
  return `Content-Disposition: form-data; name="${name}"${file}${type}`;
}

function breakParts(parts: readonly Part[], dice: Dice): Part[] {
  const at = dice.below(parts.length);
  const part = parts[at] ?? { name: 'image', bytes: Buffer.alloc(0) };
  const replaced = (other: Partial<Part>) => parts.map((same, index) => (index === at ? { ...same, ...other } : same));
  const head = (text: string) => replaced({ head: text });
  const name = `Content-Disposition: form-data; name="${part.name}"`;
  return dice.weighed<() => Part[]>([
    [2, () => parts.filter(other => other !== part)],
    [2, () => [...parts, part]],
    [1, () => parts.toReversed()],
    [2, () => replaced({ bytes: Buffer.from(strangeText(dice)) })],
    [1, () => replaced({ bytes: dice.bytes(dice.below(5_000)) })],
    [1, () => replaced({ bytes: Buffer.alloc(dice.below(100_000), 0x2d) })],
    [1, () => replaced({ filename: dice.pick(FILENAMES) })],
    [1, () => replaced({ name: strangeText(dice).replaceAll(/["\r\n]/g, '') })],
    [1, () => head('Content-Disposition: form-data')],
    [1, () => head(`${name}; name="style"; filename="a"; filename="b"`)],
    [1, () => head(`${name}; filename*=UTF-8''%ff%00%zz.jpg`)],
    [1, () => head(`${name}\r\nContent-Transfer-Encoding: base64`)],
    [1, () => head(`${name}\r\nContent-Type: text/plain; charset=${dice.pick(['utf-16', 'x-none', '"', 'utf-7'])}`)],
    [1, () => head(`${name}\r\nX-Long: ${'y'.repeat(dice.below(100_000))}`)],
    [1, () => head(`${'X-Many: 1\r\n'.repeat(dice.below(3_000))}${name}`)],
    [1, () => head('')],
    [1, () => head(`content-disposition:attachment;name=${part.name}`)],
    [1, () => head(dice.bytes(100).toString('latin1'))],
    [2, () => Array.from({ length: dice.below(200) }, (_, index) => ({ ...part, name: `f${index}` }))],
  ])();
}

function breakFraming(good: Framing, dice: Dice): { framing: Framing; typed?: string } {
  const { boundary } = good;
  return dice.weighed<() => { framing: Framing; typed?: string }>([
    [2, () => ({ framing: { ...good, end: '' } })],
    [1, () => ({ framing: { ...good, end: `--${boundary}-` } })],
    [1, () => ({ framing: { ...good, newline: '\n' } })],
    [1, () => ({ framing: { ...good, boundary: `${boundary}x` } })],
    [1, () => ({ framing: { ...good, preamble: 'nothing to see\r\n' } })],
    [1, () => ({ framing: { ...good, end: `--${boundary}--\r\nepilogue${'\r\n--'.repeat(dice.below(500))}` } })],
    [1, () => ({ framing: good, typed: `multipart/form-data; boundary="${boundary}"` })],
    [1, () => ({ framing: good, typed: `multipart/form-data; boundary=${boundary}; boundary=y` })],
    [1, () => ({ framing: good, typed: 'multipart/form-data; boundary=-' })],
    [1, () => ({ framing: good, typed: `multipart/form-data; charset=utf-7; boundary=${boundary}` })],
  ])();
}
