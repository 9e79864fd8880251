/**
 * Fetches a picture. Its address needs no token and works for an hour or so; after that the job is asked for another one.
 */

import type { Job, Output } from './answers.ts';
import type { Ask } from './ask.ts';
import { call } from './call.ts';
import type { Environment } from './environment.ts';
import { EaselError } from './errors.ts';
import { JOBS } from './resources.ts';
import type { DownloadOptions } from './types.ts';

/** Some 10 MB over a slow line. */
const TIMEOUT_MS = 120_000;

export async function downloadPicture(
  { environment, ask }: { environment: Environment; ask: Ask },
  from: string | Job,
  { variant = 'full', signal }: DownloadOptions,
): Promise<Blob> {
  const ready = typeof from === 'string' ? undefined : from.output;
  const id = typeof from === 'string' ? from : from.id;
  const addressIn = (output: Output | undefined) => (variant === 'preview' ? output?.previewUrl : output?.url);
  const fetchFrom = async (url: string): Promise<Blob> =>
    (await call(environment, { method: 'GET', url, headers: {}, timeoutMs: TIMEOUT_MS, signal })).body;

  const known = addressIn(ready);
  if (known !== undefined) {
    try {
      return await fetchFrom(known);
    } catch (error) {
      if (!(error instanceof EaselError) || error.retryable) throw error;
    }
  }
  const { output } = await ask.json<Job>(`GET ${JOBS.path(id)}`, { signal });
  const fresh = addressIn(output);
  if (fresh !== undefined) return fetchFrom(fresh);
  if (output) throw new EaselError('not_released', 'The shop gives the whole picture with the order.', { jobId: id });
  throw new EaselError('output_not_ready', 'The job has no picture.', { jobId: id });
}
