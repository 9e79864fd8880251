/**
 * Reads an object from Cloud Storage as a stream: one request, hence one version, checked against its CRC32C by the
 * SDK when it is read whole. Until the first byte a failure is tried again; from there on the stream fails.
 */
import { PassThrough, type Readable } from 'node:stream';
import type { File } from '@google-cloud/storage';
import type { Clock } from '../clock.ts';
import type { BucketContext, StorageClient } from './bucket-client.ts';
import { translate } from './bucket-errors.ts';

interface Range {
  readonly start: number;
  readonly end: number;
}

type Interceptor = File['interceptors'][number];

/**
 * With its usual keep-alive agent the SDK destroys that agent when a download breaks off or is given up, and with it
 * every other request of the process. Without one it closes the connection of the download alone.
 */
const OWN_CONNECTION: Interceptor = {
  request: options => Object.assign(options, { forever: false }) as ReturnType<Interceptor['request']>,
};
/** Between two chunks. A reader that takes its time does not count. */
const STALL_MS = 30_000;

export async function readObject(context: BucketContext, path: string, range?: Range): Promise<Readable> {
  const { connect, attempts, clock } = context;
  const source = await attempts({ what: 'read', path }, async signal =>
    begin(await connect(), path, { range, signal }),
  );
  return translated(source, path, clock);
}

/** Resolves with the answer's head: a missing object or a wrong range is known before anybody holds a stream. */
async function begin(
  { file }: StorageClient,
  path: string,
  { range, signal }: { range: Range | undefined; signal: AbortSignal },
): Promise<Readable> {
  const object = file(path);
  object.interceptors.push(OWN_CONNECTION);
  const source = object.createReadStream(range ? { start: range.start, end: range.end } : {});
  const { promise, resolve, reject } = Promise.withResolvers<Readable>();
  source.on('error', reject);
  source.once('response', (response: Readable & { statusCode: number }) => {
    // The SDK pipes an answer through so many stages that Node would warn of a leak at each.
    response.setMaxListeners(0);
    // The SDK cannot take a request back, and ends the process when the stream of one that waits is destroyed: an
    // answer that comes too late is thrown away only now, once the SDK has taken it in.
    if (signal.aborted) setImmediate(() => source.destroy());
    else if (response.statusCode < 300) resolve(source);
  });
  source.read(0);
  return promise;
}

/** The same bytes, with the seam's errors. Destroying it gives up the download. */
function translated(source: Readable, path: string, clock: Clock): Readable {
  const content = new PassThrough();
  // It may fail before its reader begins, who then finds the error in it; without a listener it would end the process.
  content.on('error', () => {});
  const fail = (error: Error) => content.destroy(translate(error, { what: 'read', path }) as Error);
  let stopWatching = () => {};
  const watch = () => {
    stopWatching();
    stopWatching = clock.after(STALL_MS, () => {
      if (content.writableNeedDrain) watch();
      else fail(named('STALLED', `nothing came for ${STALL_MS} ms`));
    });
  };
  watch();
  source.on('data', watch);
  source.on('end', () => stopWatching());
  source.on('error', fail);
  source.on('close', () => {
    if (!source.readableEnded) fail(named('CLOSED', 'the connection closed before the end'));
  });
  content.on('close', () => {
    stopWatching();
    source.destroy();
  });
  return source.pipe(content);
}

function named(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
