/**
 * Submits a photo. The Idempotency-Key is made once, written down before anything is sent, and kept through every try and
 * every reload: whatever is lost on the way, there is one job and one charge.
 */

import type { Batch, Job } from './answers.ts';
import type { Ask } from './ask.ts';
import type { Environment } from './environment.ts';
import { EaselError, withSubject } from './errors.ts';
import { oneTab, unlessAnotherTab } from './one-tab.ts';
import { photoOf } from './photo.ts';
import type { Records, SubmitPath, SubmitRecord } from './records.ts';
import type { BatchRequest, ResumeOptions, SubmitOptions, SubmitRequest } from './types.ts';
import { upload } from './upload.ts';

export interface SubmitParts {
  readonly environment: Environment;
  readonly ask: Ask;
  readonly records: Records;
  /** Of the service, to tell its locks from those of another. */
  readonly url: string;
}

/** 20 MiB on a phone, and the service's own limit. */
const TIMEOUT_MS = 150_000;
/** Refusals with these statuses leave it open whether there is a job now; all others mean that there is none. */
const UNCERTAIN = [500, 502, 504];

export function createSubmit(parts: SubmitParts) {
  const { environment, records } = parts;
  const underWay = new Set<string>();

  const lockOf = (key: string) => `easel submit ${parts.url} ${key}`;
  async function alone<T>(key: string, work: () => Promise<T>): Promise<T> {
    underWay.add(key);
    try {
      return await work();
    } finally {
      underWay.delete(key);
    }
  }

  return {
    async submit<P extends SubmitPath>(
      path: P,
      { image, ...fields }: SubmitRequest | BatchRequest,
      options: SubmitOptions = {},
    ): Promise<Answers[P]> {
      const { idempotencyKey = environment.uuid(), via = 'form', signal } = options;
      signal?.throwIfAborted();
      const given = photoOf(image);
      const photo = given instanceof Blob ? given : undefined;
      const there = given instanceof Blob ? {} : { image: given };
      const submittedAt = new Date(environment.now()).toISOString();
      const record: SubmitRecord = { idempotencyKey, path, fields, ...there, via, submittedAt };
      const send = async () => {
        await records.begin(record, photo);
        return (await sendAndRecord(parts, record, { ...options, photo })) as Answers[P];
      };
      return alone(idempotencyKey, () => oneTab(environment, lockOf(idempotencyKey), send));
    },

    /** Sends again what was not answered; the jobs that came of it. */
    async resume({ signal, onRefused }: ResumeOptions): Promise<Job[]> {
      const jobs: Job[] = [];
      for (const record of await records.submits()) {
        const { idempotencyKey, image } = record;
        if (underWay.has(idempotencyKey)) continue;
        const again = async () => {
          const photo = image ? undefined : await records.photo(idempotencyKey);
          return sendAndRecord(parts, record, { photo, ...(signal ? { signal } : {}) });
        };
        try {
          const answer = await alone(idempotencyKey, () =>
            unlessAnotherTab(environment, lockOf(idempotencyKey), again),
          );
          if (answer) jobs.push(...jobsIn(answer));
        } catch (error) {
          // One that is refused keeps no other one back.
          if (!(error instanceof EaselError) || !isCertain(error, signal)) throw error;
          onRefused?.(error);
        }
      }
      return jobs;
    },
  };
}

interface Answers {
  readonly '/v1/jobs': Job;
  readonly '/v1/batches': Batch;
}

function jobsIn(answer: Job | Batch): readonly Job[] {
  return 'counts' in answer ? (answer.jobs ?? []) : [answer];
}

type Sending = Pick<SubmitOptions, 'signal' | 'onProgress'> & { readonly photo: Blob | undefined };

async function sendAndRecord(parts: SubmitParts, record: SubmitRecord, sending: Sending): Promise<Job | Batch> {
  const { records } = parts;
  const { idempotencyKey } = record;
  try {
    const answer = await send(parts, record, sending);
    await records.end(idempotencyKey, jobsIn(answer));
    return answer;
  } catch (error) {
    if (isCertain(error, sending.signal)) await records.end(idempotencyKey);
    throw withSubject(error, { idempotencyKey });
  }
}

/** Whether nothing is left to go on with. A caller who gives up does so for good; one whose time is over does not. */
function isCertain(error: unknown, signal: AbortSignal | undefined): boolean {
  if (signal?.aborted) return (signal.reason as { name?: unknown } | undefined)?.name !== 'TimeoutError';
  if (!(error instanceof EaselError)) return true;
  return error.status !== undefined && !UNCERTAIN.includes(error.status);
}

async function send(
  parts: SubmitParts,
  record: SubmitRecord,
  { photo, signal, onProgress }: Sending,
): Promise<Job | Batch> {
  const { ask, records } = parts;
  const { idempotencyKey, path = '/v1/jobs', fields, via } = record;
  let { image } = record;
  if (photo && via === 'upload') {
    image = await upload(parts, photo, { ...(signal ? { signal } : {}), ...(onProgress ? { onProgress } : {}) });
    // From here on a reload needs the photo no more.
    await records.begin({ ...record, image });
  } else if (!photo && !image) {
    throw new EaselError('photo_gone', 'The photo of this submit is not here any more.', { status: 0 });
  }
  const body = image ? JSON.stringify({ ...fields, image }) : formOf(fields, photo as Blob);
  const headers = { 'Idempotency-Key': idempotencyKey };
  // What was uploaded before is not on its way any more.
  const seen = photo && !image ? { onProgress, bytes: photo.size } : {};
  return ask.json<Job | Batch>(`POST ${path}`, { body, headers, timeoutMs: TIMEOUT_MS, signal, ...seen });
}

function formOf(fields: SubmitRecord['fields'], photo: Blob): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) form.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  form.set('image', photo, 'photo');
  return form;
}
