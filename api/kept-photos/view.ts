/**
 * A kept photo as it is answered: what is wanted of it, how long it is kept, and the orders and the job that it has.
 */
import type { Upload } from '../../common/documents.ts';
import { rfc3339 } from '../../common/job-face.ts';

export function viewPhoto({ id, keptAt, wish, expireAt, orderIds, jobId, waits }: Upload) {
  return {
    uploadId: id,
    style: wish?.style,
    options: wish?.options,
    keptAt: keptAt === undefined ? undefined : rfc3339(keptAt),
    expiresAt: rfc3339(expireAt),
    orderIds,
    jobId,
    waiting: waits === true,
  };
}
