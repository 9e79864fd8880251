/**
 * Takes a profile of the process that it runs in, and tells how its processor time was spent, by what the code was for.
 * A sample belongs to the innermost frame that says what it is for: SQLite's own time to whoever called it.
 */
import { Session } from 'node:inspector/promises';

/** Milliseconds of this thread, by purpose. What other threads do (files, decoding) is not in it. */
export type Spent = { readonly [purpose: string]: number };

const SAMPLE_US = 250;

export interface Profiler {
  begin(): Promise<void>;
  end(): Promise<Spent>;
}

export function createProfiler(): Profiler {
  const session = new Session();
  return {
    async begin() {
      session.connect();
      await session.post('Profiler.enable');
      await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_US });
      await session.post('Profiler.start');
    },
    async end() {
      const { profile } = await session.post('Profiler.stop');
      session.disconnect();
      return spentIn(profile as Profile);
    },
  };
}

interface Frame {
  readonly functionName: string;
  readonly url: string;
}

interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: Frame; readonly children?: readonly number[] }[];
  readonly samples?: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas?: readonly number[];
}

/** By the frame's file, else its function. Frames that match none leave the word to their caller. */
const PURPOSES: readonly (readonly [purpose: string, frame: RegExp])[] = [
  ['collecting garbage', /^\(garbage collector\)/],
  ['the log', /node_modules\/(pino|sonic-boom|thread-stream|quick-format)|common\/(telemetry|redact|log)\b/],
  ['metrics', /prom-client|api\/metrics|common\/metrics/],
  ['identity', /api\/auth\/|api\/owner-of|common\/(keys|owners|shops)/],
  ['headers, address, CORS', /@koa\/cors|api\/(security-headers|set-headers|request-id|allow-pages|client-address|problem|etag)/],
  ['the form', /busboy|streamsearch|api\/read-|api\/body-budget/],
  ['digests', /common\/ids/],
  ['the photo checked', /common\/(check-photo|image-file)/],
  ['files, but for the disk', /common\/embedded\/(bucket|object-file)|node:(internal\/)?fs/],
  ['the commit, with its sync', /^commitNow .*sqlite-commit/],
  ['the queue’s task', /common\/embedded\/queue/],
  ['documents read, written, indexed', /common\/embedded\/(store|sqlite-commit)/],
  ['place and time in the queue', /api\/waiting\//],
  [
    'the rules of admission and of a job’s moves',
    /common\/(jobs|job|quota|budget|picture|line|switches|styles|models|job-)/,
  ],
  ['the answer made', /api\/|common\/wish|common\/submit/],
  [
    'koa and its router',
    /node_modules\/(koa|@koa|delegates|on-finished|type-is|content-|mime|parseurl|statuses|http-)/,
  ],
  ['HTTP and sockets', /node:(_http|net|internal\/(stream|http|timers|net)|events|_stream)|node:stream/],
];

function spentIn({ nodes, samples = [], timeDeltas = [] }: Profile): Spent {
  const frames = new Map(nodes.map(node => [node.id, node.callFrame]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map(child => [child, id] as const)));
  const known = new Map<number, string | undefined>();
  const purposeOf = (id: number | undefined): string => {
    if (id === undefined) return 'Node itself';
    if (!known.has(id)) known.set(id, purposeOfFrame(frames.get(id)));
    return known.get(id) ?? purposeOf(parents.get(id));
  };
  const spent: { [purpose: string]: number } = {};
  for (const [index, id] of samples.entries()) {
    if (frames.get(id)?.functionName === '(idle)') continue;
    const purpose = purposeOf(id);
    spent[purpose] = (spent[purpose] ?? 0) + (timeDeltas[index] ?? 0) / 1_000;
  }
  return spent;
}

function purposeOfFrame(frame: Frame | undefined): string | undefined {
  if (!frame) return undefined;
  // Whoever calls a statement is what the statement is for.
  if (frame.url.endsWith('/sqlite-statement.ts')) return undefined;
  const text = `${frame.functionName} ${frame.url}`;
  return PURPOSES.find(([, pattern]) => pattern.test(text))?.[0];
}
