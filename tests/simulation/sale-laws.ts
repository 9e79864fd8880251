/**
 * What has to hold of sold pictures and photos, and of customers who have left, when all is quiet again.
 */
import { jobs, privacyRequests, runs, uploads } from '../../common/collections.ts';
import type { Upload } from '../../common/documents.ts';
import type { Job, Run } from '../../common/job.ts';
import { photoPaths } from '../../common/kept-photos/erase.ts';
import { keptPath, previewPath } from '../../common/picture.ts';
import type { PrivacyRequest } from '../../common/privacy/privacy-request.ts';
import type { Told } from './final-laws.ts';
import type { Laws } from './laws.ts';
import type { Backends } from './world.ts';

export interface SaleWorld extends Pick<Backends, 'database' | 'bucket'> {
  readonly lives: (process: string) => boolean;
  /** Generation keys whose picture somebody has had erased: it may be gone before it was copied. */
  readonly forgotten: ReadonlySet<string>;
  /** Demands that nothing of a job is left. */
  readonly gone: (run: Run, id: string) => void;
}

export function saleLaws(world: SaleWorld, told: readonly Told[], { broken, wishOf }: Laws): void {
  const { database, bucket, forgotten, lives, gone } = world;
  for (const { prompt, sold, left, photo } of told) {
    if (sold) kept(sold.jobId, sold.orderId);
    if (left !== undefined) departed(left, prompt);
    if (photo?.erased === 'surely') removed(photo.uploadId);
    if (photo && !photo.erased) settled(photo.uploadId, photo.orderId);
  }

  /** Its photo and picture lie where the rule of thirty days does not reach. */
  function kept(id: string, orderId: string): void {
    const [run, job] = [database.read<Run>(runs, id), database.read<Job>(jobs, id)];
    if (!run || !job || job.erasedAt !== undefined) return;
    if (!job.orderIds?.includes(orderId)) broken(`${id} was sold as ${orderId}, and does not know of it`);
    const picture = keptPath(run, 'picture');
    if (run.status === 'succeeded' && !forgotten.has(run.generationKey)) {
      for (const path of [picture, previewPath(picture)])
        if (!bucket.peek(path)) broken(`${id} was sold without ${path}`);
      if (!run.kept?.picture) broken(`${id} was sold, and its picture is not noted as kept`);
    }
    if (run.kept?.photo && !bucket.peek(keptPath(run, 'photo'))) broken(`${id} was sold, and its photo is gone`);
    if (run.inputPath !== '' && !run.kept?.photo) broken(`${id} was sold, and its photo is not kept`);
  }

  /** Nothing is left of what was there when it was asked for. */
  function departed(requestId: string, prompt: string): void {
    const request = database.read<PrivacyRequest>(privacyRequests, requestId);
    if (request?.state !== 'done') broken(`${requestId} is ${request?.state}`);
    for (const run of database.all(runs).filter(({ id }) => wishOf(id) === prompt)) {
      const job = database.read<Job>(jobs, run.id);
      if (job && job.createdAt >= (request?.createdAt ?? 0)) continue;
      if (job?.erasedAt === undefined) broken(`${run.id} is still there, and its customer was erased by ${requestId}`);
      gone(run, run.id);
    }
  }

  function removed(id: string): void {
    if (database.read<Upload>(uploads, id)) broken(`${id} was erased, and is still there`);
    const there = photoPaths({ id, shop: 'default' }).filter(path => {
      const object = bucket.peek(path);
      return object && (object.by === 'a client' || lives(object.by));
    });
    if (there.length > 0) broken(`${id} was erased, and ${there} is still there`);
  }

  function settled(id: string, orderId: string): void {
    const upload = database.read<Upload>(uploads, id);
    if (!upload?.orderIds?.includes(orderId)) {
      broken(`${id} was ordered as ${orderId}, and does not know of it`);
      return;
    }
    if (!bucket.peek(upload.path)) broken(`${id} was ordered, and its photo is gone`);
    const job = upload.jobId === undefined ? undefined : database.read<Job>(jobs, upload.jobId);
    if (job?.status !== 'succeeded') return;
    if (upload.waits) broken(`${id} waits for a picture, and ${job.id} has one`);
    kept(job.id, orderId);
  }
}
