/**
 * Reads a body line by line, so that of a file of many pictures only one lies in memory. A line beyond the size is
 * passed over, and its beginning handed on.
 */
import type { Clock } from '../common/clock.ts';
import type { Call } from './gemini-call.ts';
import { fail } from './gemini-fetch.ts';

export interface Line {
  /** Undefined when it is longer than allowed. */
  readonly text: string | undefined;
  /** Its first characters. */
  readonly head: string;
}

export interface LineOptions {
  readonly clock: Clock;
  readonly stallMs: number;
  readonly lineBytesMax: number;
  readonly call: Call;
}

const NEWLINE = 0x0a;
const HEAD_BYTES = 512;

/** Empty lines are left out. Throws when the body breaks off, also in the middle of a last line. */
export async function* readLines({ body }: Response, options: LineOptions): AsyncGenerator<Line> {
  const { clock, stallMs, call, lineBytesMax } = options;
  let line = createLine(lineBytesMax);
  let cancelStall = clock.after(stallMs, call.giveUp);
  try {
    for await (const chunk of chunksOf(body, call)) {
      cancelStall();
      let rest = chunk;
      for (let at = rest.indexOf(NEWLINE); at !== -1; at = rest.indexOf(NEWLINE)) {
        line.add(rest.subarray(0, at));
        if (!line.isEmpty()) yield line.end();
        line = createLine(lineBytesMax);
        rest = rest.subarray(at + 1);
      }
      line.add(rest);
      cancelStall = clock.after(stallMs, call.giveUp);
    }
  } finally {
    cancelStall();
  }
  if (line.isEmpty()) return;
  const last = line.end();
  if (last.text !== undefined && !isWhole(last.text)) fail('an answer that stops before its end', call);
  yield last;
}

async function* chunksOf(body: Response['body'], call: Call): AsyncGenerator<Uint8Array> {
  if (!body) return;
  try {
    for await (const chunk of body) yield chunk;
  } catch (error) {
    fail('the connection broke after the request was sent', call, error);
  }
}

function createLine(bytesMax: number) {
  let parts: Uint8Array[] = [];
  let head = Buffer.alloc(0);
  let length = 0;
  return {
    add(bytes: Uint8Array) {
      if (bytes.length === 0) return;
      length += bytes.length;
      if (head.length < HEAD_BYTES) head = Buffer.concat([head, bytes.subarray(0, HEAD_BYTES - head.length)]);
      if (length > bytesMax) parts = [];
      // A copy: the chunk it lies in is much larger than it, perhaps.
      else parts.push(Uint8Array.from(bytes));
    },
    isEmpty: () => length === 0 || (length < HEAD_BYTES && head.toString().trim() === ''),
    end: (): Line => ({
      text: length > bytesMax ? undefined : Buffer.concat(parts).toString(),
      head: head.toString(),
    }),
  };
}

/** A file may end without a newline, but then its last line is complete. */
function isWhole(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
