/**
 * The bucket of pictures: private, uniform access, readable from the listed pages by signed addresses alone. What is
 * kept for how long stands in its lifecycle, because nobody else cleans up there.
 */
import { isDeepStrictEqual } from 'node:util';
import { gcloud, type TextFile } from '../command.ts';
import type { Found, Step } from '../converge.ts';
import type { Environment } from '../environment.ts';

const DELETE = { type: 'Delete' };

/** Days of `customTime`, which the code renews whenever an object is used: a picture lives 30 days from its last use. */
export const lifecycleOf = ({ orderRetentionDays }: Pick<Environment, 'orderRetentionDays'>) => ({
  rule: [
    { action: DELETE, condition: { daysSinceCustomTime: orderRetentionDays, matchesPrefix: ['orders/'] } },
    { action: DELETE, condition: { daysSinceCustomTime: 30, matchesPrefix: ['cache/', 'inputs/', 'temp/'] } },
    // What a client puts there has no customTime, and a submit has copied it away within a day.
    { action: DELETE, condition: { age: 1, matchesPrefix: ['uploads/'] } },
    { action: DELETE, condition: { daysSinceNoncurrentTime: 7 } },
  ],
});

/** Uploads send these headers, because they are part of the signature. */
export function cors(origins: readonly string[]) {
  const responseHeader = ['Content-Type', 'x-goog-content-length-range', 'x-goog-if-generation-match'];
  return [{ origin: origins, method: ['GET', 'HEAD', 'PUT'], responseHeader, maxAgeSeconds: 3_600 }];
}

export function bucketStep(env: Environment): Step {
  const { project, bucket, region } = env;
  const lifecycle: TextFile = { path: 'lifecycle.json', text: JSON.stringify(lifecycleOf(env), null, 2) };
  const corsFile: TextFile = { path: 'cors.json', text: JSON.stringify(cors(env.origins), null, 2) };
  const guard = { 'uniform-bucket-level-access': true, 'public-access-prevention': true } as const;
  // Erasing has to erase: nothing may be got back after a soft delete.
  const flags = { project, ...guard, 'soft-delete-duration': '0' };
  const update = gcloud(
    `storage buckets update gs://${bucket}`,
    { ...flags, versioning: true, 'lifecycle-file': lifecycle.path, 'cors-file': corsFile.path },
    { files: [lifecycle, corsFile] },
  );
  return {
    title: 'bucket of pictures',
    look: gcloud(`storage buckets describe gs://${bucket}`, { project, raw: true, format: 'json' }),
    holds: found => isAsWanted(found, env),
    make: [gcloud(`storage buckets create gs://${bucket}`, { ...flags, location: region }), update],
    mend: [update],
  };
}

/** As the API of Cloud Storage shows a bucket; its numbers of 64 bits are texts. */
interface BucketResource {
  readonly lifecycle?: unknown;
  readonly cors?: unknown;
  readonly versioning?: { readonly enabled?: boolean };
  readonly iamConfiguration?: {
    readonly uniformBucketLevelAccess?: { readonly enabled?: boolean };
    readonly publicAccessPrevention?: string;
  };
  readonly softDeletePolicy?: { readonly retentionDurationSeconds?: string | number };
}

function isAsWanted(found: Found, env: Environment): boolean {
  const { lifecycle, cors: crossOrigin, versioning, iamConfiguration, softDeletePolicy } = found as BucketResource;
  return (
    isDeepStrictEqual(lifecycle, lifecycleOf(env)) &&
    isDeepStrictEqual(crossOrigin, cors(env.origins)) &&
    versioning?.enabled === true &&
    iamConfiguration?.uniformBucketLevelAccess?.enabled === true &&
    iamConfiguration.publicAccessPrevention === 'enforced' &&
    Number(softDeletePolicy?.retentionDurationSeconds ?? 0) === 0
  );
}
