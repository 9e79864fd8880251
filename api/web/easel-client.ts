/**
 * Easel's client for browsers and Node, without any dependency: `import { createEaselClient } from
 * 'https://easel.example.com/easel-client.js'`. How to use it: docs/client.md.
 */

import type { Batch, Job, Quota, Style } from './client/answers.ts';
import { createAsk } from './client/ask.ts';
import { createCredentials } from './client/credentials.ts';
import { downloadPicture } from './client/download.ts';
import { surroundings } from './client/environment.ts';
import { EaselError } from './client/errors.ts';
import { createReadDocument } from './client/firestore.ts';
import { keepInMemory, keepNothing, keepSafely, named, namedPhotos } from './client/keep.ts';
import { photoOf } from './client/photo.ts';
import { createRecords, unfinishedOf } from './client/records.ts';
import { BATCHES, JOBS } from './client/resources.ts';
import { createResume } from './client/resume.ts';
import { createSubmit } from './client/submit.ts';
import { sweepPhotos } from './client/sweep-photos.ts';
import type { EaselClient, EaselClientOptions } from './client/types.ts';
import { keepPhoto, upload } from './client/upload.ts';
import { wait } from './client/wait.ts';
import { watch } from './client/watch.ts';

export type { Environment } from './client/environment.ts';
export { EaselError, type FieldError } from './client/errors.ts';
export type { KeepPhotos, KeepText } from './client/keep.ts';
export type * from './client/types.ts';

export function createEaselClient(options: EaselClientOptions): EaselClient {
  const environment = { ...surroundings(), ...options.environment };
  const url = (options.url ?? environment.origin ?? '').replace(/\/+$/, '');
  if (url === '') throw new EaselError('url_missing', 'Say where the service is: { url: "https://…" }.');
  // Whoever logs in or out is another shopper, with another session and other jobs.
  const shopper = options.shopify?.customer ?? 'guest';
  const prefix = `easel ${url} ${shopper} `;
  const isKept = options.storage !== null && (options.storage !== undefined || environment.page !== undefined);
  const storage = keepSafely(isKept ? (options.storage ?? environment.storage) : keepInMemory());
  const photos = isKept && options.photos !== null ? (options.photos ?? environment.photos) : undefined;
  const keep = named(prefix, storage);

  const credentials = createCredentials({ ...options, environment, url, keep });
  const ask = createAsk(environment, url, credentials);
  const records = createRecords({
    environment,
    // A server that submits for ever would remember all of it.
    keep: isKept ? keep : keepNothing(),
    photos: photos && namedPhotos(prefix, photos),
    sweep: () => sweepPhotos({ environment, storage, photos }),
  });
  const parts = { environment, url, ask, records };
  const submits = createSubmit(parts);
  const jobs = { ...parts, resource: JOBS, readDocument: createReadDocument({ ...options, environment, ask }) };
  const batches = { ...parts, resource: BATCHES };

  return {
    submit: (request, how) => submits.submit('/v1/jobs', request, how),
    get: (id, { signal } = {}) => ask.json<Job>(`GET ${JOBS.path(id)}`, { signal }),
    watch: (job, how = {}) => watch(jobs, job, how),
    wait: (job, how = {}) => wait(jobs, job, how),
    cancel: (id, { signal } = {}) => ask.json<Job>(`POST ${JOBS.path(id)}/cancel`, { signal }),
    submitBatch: (request, how) => submits.submit('/v1/batches', request, how),
    getBatch: (id, { signal } = {}) => ask.json<Batch>(`GET ${BATCHES.path(id)}`, { signal }),
    watchBatch: (batch, how = {}) => watch(batches, batch, how),
    waitBatch: (batch, how = {}) => wait(batches, batch, how),
    cancelBatch: (id, { signal } = {}) => ask.json<Batch>(`POST ${BATCHES.path(id)}/cancel`, { signal }),
    resume: createResume({ ...parts, resumeSubmits: submits.resume }),
    async erase(id, { signal } = {}) {
      await ask.reply(`DELETE ${JOBS.path(id)}`, { signal });
      await records.forget(id);
    },
    upload: (photo, how = {}) => upload(parts, photoOf(photo) as Blob, how),
    keepPhoto: (photo, wish) => keepPhoto(parts, photoOf(photo) as Blob, wish),
    download: (job, how = {}) => downloadPicture(parts, job, how),
    quota({ customerId, signal } = {}) {
      const query = customerId === undefined ? '' : `?customerId=${encodeURIComponent(customerId)}`;
      return ask.json<Quota>(`GET /v1/quota${query}`, { signal });
    },
    styles: async ({ signal } = {}) => (await ask.json<{ styles: Style[] }>('GET /v1/styles', { signal })).styles,
    session: ({ signal } = {}) => credentials.session(signal),
    unfinished: () => unfinishedOf(records),
    forget: id => records.forget(id),
  };
}
