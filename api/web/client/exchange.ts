/**
 * One request and its whole answer, by `fetch`; or by XMLHttpRequest where somebody wants to see a body on its way.
 */
import type { Environment, Xhr } from './environment.ts';
import { EaselError } from './errors.ts';
import { limit } from './pause.ts';
import type { Progress } from './types.ts';

export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: Blob | FormData | string | undefined;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Past the browser's cache. */
  readonly fresh?: boolean | undefined;
  /** Of the photo in the body: all that can be told of it where nobody sees it on its way. */
  readonly bytes?: number | undefined;
}

export interface Reply {
  readonly status: number;
  header(name: string): string | null;
  readonly body: Blob;
}

/** A browser does not tell a page whether the network was it or the origin. */
const NO_ANSWER = "No answer came from the service, or none that this page's origin may read.";

/** Rejects with `network` where no answer came, or half a one, and with the signal's reason when it was aborted. */
export async function exchange(environment: Environment, sent: Sent): Promise<Reply> {
  sent.signal?.throwIfAborted();
  const { signal, end, release } = limit(sent.signal);
  const cancel = environment.after(sent.timeoutMs, () => end(new Error(`no answer in ${sent.timeoutMs} ms`)));
  const { newXhr } = environment;
  const byXhr = newXhr && sent.onProgress && sent.body !== undefined;
  try {
    return await (byXhr ? sendByXhr(newXhr(), sent, signal) : sendByFetch(environment, sent, signal));
  } catch (cause) {
    sent.signal?.throwIfAborted();
    throw new EaselError('network', NO_ANSWER, { retryable: true, cause });
  } finally {
    cancel();
    release();
  }
}

async function sendByFetch({ fetch }: Environment, sent: Sent, signal: AbortSignal): Promise<Reply> {
  const { method, url, headers, body, onProgress, bytes } = sent;
  const cache = sent.fresh ? ({ cache: 'no-store' } as const) : {};
  const response = await fetch(url, { method, headers, signal, ...cache, ...(body === undefined ? {} : { body }) });
  if (bytes !== undefined) onProgress?.({ sent: bytes, total: bytes });
  return { status: response.status, header: name => response.headers.get(name), body: await response.blob() };
}

function sendByXhr(xhr: Xhr, { method, url, headers, body = '', onProgress }: Sent, signal: AbortSignal) {
  return new Promise<Reply>((resolve, reject) => {
    const abort = () => xhr.abort();
    const finish = (settle: () => void) => () => {
      signal.removeEventListener('abort', abort);
      settle();
    };
    xhr.onload = finish(() => resolve(replyOf(xhr)));
    xhr.onerror = finish(() => reject(new Error('the request failed')));
    xhr.onabort = finish(() => reject(signal.reason));
    xhr.upload.onprogress = ({ loaded, total }) => onProgress?.({ sent: loaded, total });
    signal.addEventListener('abort', abort);
    xhr.open(method, url);
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    xhr.send(body);
  });
}

function replyOf(xhr: Xhr): Reply {
  const headers = new Headers();
  for (const line of xhr.getAllResponseHeaders().trim().split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return { status: xhr.status, header: name => headers.get(name), body: new Blob([xhr.responseText]) };
}
