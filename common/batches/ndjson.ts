/**
 * Newline-delimited JSON: lines out of bytes as they come. Never more than one line is held.
 */

/** All lines of a batch together. */
export const LINES_BYTES_MAX = 16 * 2 ** 20;
/** Many times what an item needs. */
export const LINE_BYTES_MAX = 64 * 2 ** 10;
const NEWLINE = 0x0a;
const BLANK = /^[\s\ufeff]*$/;

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Undefined for a line that is too long or no UTF-8. */
  readonly text: string | undefined;
}

/** Blank lines are passed over, and counted. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let number = 0;
  let held: Buffer[] = [];
  let heldBytes = 0;

  const keep = (piece: Buffer) => {
    heldBytes += piece.length;
    // Of a line that is too long the rest is dropped as it comes.
    if (heldBytes <= LINE_BYTES_MAX) held.push(piece);
    else held = [];
  };
  const take = (): Line | undefined => {
    number++;
    const text = heldBytes > LINE_BYTES_MAX ? undefined : decode(decoder, Buffer.concat(held));
    held = [];
    heldBytes = 0;
    return text !== undefined && BLANK.test(text) ? undefined : { number, text };
  };

  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      keep(chunk.subarray(from, at));
      from = at + 1;
      const line = take();
      if (line) yield line;
    }
    if (from < chunk.length) keep(Buffer.from(chunk.subarray(from)));
  }
  const last = heldBytes > 0 ? take() : undefined;
  if (last) yield last;
}

function decode(decoder: TextDecoder, bytes: Buffer): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
