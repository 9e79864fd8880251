/**
 * What this browser has begun: submits that were not answered yet, with their Idempotency-Key, and jobs that are not
 * done. A reload finds them here. Every one has a name of its own in the storage; photos are kept elsewhere.
 */
import type { Job } from './answers.ts';
import type { Environment } from './environment.ts';
import type { KeepPhotos, KeepText } from './keep.ts';
import type { BatchRequest, SubmitOptions, SubmitRequest, Unfinished, UnfinishedJob } from './types.ts';

/** Of a submit, without the photo. */
export interface SubmitRecord {
  readonly idempotencyKey: string;
  /** A record of the first days has none: it is a job's. */
  readonly path?: SubmitPath;
  readonly fields: Omit<SubmitRequest, 'image'> | Omit<BatchRequest, 'image'>;
  /** Where the photo is, unless it is among the kept photos. */
  readonly image?: { readonly uploadId: string } | { readonly url: string };
  readonly via: NonNullable<SubmitOptions['via']>;
  readonly submittedAt: string;
}

export type SubmitPath = '/v1/jobs' | '/v1/batches';

export interface Records {
  begin(record: SubmitRecord, photo?: Blob): Promise<void>;
  /** The service has answered: with jobs, or with a refusal. */
  end(idempotencyKey: string, jobs?: readonly Job[]): Promise<void>;
  submits(): Promise<readonly SubmitRecord[]>;
  photo(idempotencyKey: string): Promise<Blob | undefined>;
  jobs(): Promise<readonly UnfinishedJob[]>;
  forget(jobId: string): Promise<void>;
}

const JOB = 'job ';
const SUBMIT = 'submit ';
const DAY_MS = 86_400_000;
/** What a page may still go on with; nobody waits for more than this. */
const SUBMIT_LIFE_MS = DAY_MS;
const JOB_LIFE_MS = 7 * DAY_MS;

interface RecordParts {
  readonly environment: Pick<Environment, 'now'>;
  readonly keep: KeepText;
  readonly photos: KeepPhotos | undefined;
}

export function createRecords({ environment, keep, photos }: RecordParts): Records {
  /** Photos being written; each is removed only after it is there. */
  const writing = new Map<string, Promise<void>>();

  async function read<T extends { readonly submittedAt: string }>(kind: string, lifeMs: number): Promise<T[]> {
    const found: T[] = [];
    for (const name of await keep.names()) {
      if (!name.startsWith(kind)) continue;
      const record = parsed<T>(await keep.get(name));
      const isOld = !record || environment.now() - Date.parse(record.submittedAt) > lifeMs;
      if (isOld) await remove(name);
      else found.push(record);
    }
    return found.sort((a, b) => (a.submittedAt < b.submittedAt ? -1 : 1));
  }

  async function remove(name: string): Promise<void> {
    await keep.remove(name);
    if (name.startsWith(SUBMIT)) await removePhoto(name.slice(SUBMIT.length));
  }

  async function removePhoto(key: string): Promise<void> {
    await writing.get(key);
    writing.delete(key);
    await photos?.remove(key).catch(() => {});
  }

  return {
    async begin(record, photo) {
      const key = record.idempotencyKey;
      // Nobody waits for the disk: the submit goes out meanwhile.
      if (photo && photos)
        writing.set(
          key,
          photos.set(key, photo).catch(() => {}),
        );
      await keep.set(SUBMIT + key, JSON.stringify(record));
    },
    async end(key, jobs = []) {
      const submittedAt = new Date(environment.now()).toISOString();
      for (const { id, done, style } of jobs) {
        const record: UnfinishedJob = { id, ...(style ? { style } : {}), submittedAt };
        if (!done) await keep.set(JOB + id, JSON.stringify(record));
      }
      await remove(SUBMIT + key);
    },
    submits: () => read<SubmitRecord>(SUBMIT, SUBMIT_LIFE_MS),
    photo: async key => photos?.get(key).catch(() => undefined),
    jobs: () => read<UnfinishedJob>(JOB, JOB_LIFE_MS),
    forget: id => remove(JOB + id),
  };
}

/** For the page, without what only the client needs. */
export async function unfinishedOf({ jobs, submits }: Records): Promise<Unfinished> {
  const begun = (await submits()).map(({ idempotencyKey, fields, submittedAt }) => {
    const { style, styles } = fields as { style?: string; styles?: readonly string[] };
    return { idempotencyKey, submittedAt, ...(style ? { style } : {}), ...(styles ? { styles } : {}) };
  });
  return { jobs: await jobs(), submits: begun };
}

function parsed<T>(text: string | null): T | undefined {
  try {
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}
