/**
 * What this browser has begun: submits that were not answered yet, with their Idempotency-Key, and jobs that are not
 * done. A reload finds them here. Every one has a name of its own in the storage; photos are kept elsewhere.
 */
import type { Job } from './answers.ts';
import type { Environment } from './environment.ts';
import type { KeepPhotos, KeepText } from './keep.ts';
import { SUBMIT_LIFE_MS } from './sweep-photos.ts';
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
const JOB_LIFE_MS = 7 * 86_400_000;

interface RecordParts {
  readonly environment: Pick<Environment, 'now'>;
  readonly keep: KeepText;
  /** By the names that their submits have in the storage. */
  readonly photos: Pick<KeepPhotos, 'get' | 'set' | 'remove'> | undefined;
  /** Removes photos of submits that are over. */
  readonly sweep: () => Promise<void>;
}

export function createRecords({ environment, keep, photos, sweep }: RecordParts): Records {
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
    if (!name.startsWith(SUBMIT)) return;
    await writing.get(name);
    writing.delete(name);
    await photos?.remove(name).catch(() => {});
  }

  return {
    async begin(record, photo) {
      const name = SUBMIT + record.idempotencyKey;
      await keep.set(name, JSON.stringify(record));
      // Nobody waits for the disk: the submit goes out meanwhile.
      if (photo && photos) writing.set(name, ignoringFailure(photos.set(name, photo)));
    },
    async end(key, jobs = []) {
      const submittedAt = new Date(environment.now()).toISOString();
      for (const { id, done, style } of jobs) {
        const record: UnfinishedJob = { id, ...(style ? { style } : {}), submittedAt };
        if (!done) await keep.set(JOB + id, JSON.stringify(record));
      }
      await remove(SUBMIT + key);
    },
    async submits() {
      await sweep();
      return read<SubmitRecord>(SUBMIT, SUBMIT_LIFE_MS);
    },
    photo: async key => photos?.get(SUBMIT + key).catch(() => undefined),
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

/** A browser that keeps no photo lets a reload lose one submit, and nothing else. */
async function ignoringFailure(work: Promise<void>): Promise<void> {
  await work.catch(() => {});
}

function parsed<T>(text: string | null): T | undefined {
  try {
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}
