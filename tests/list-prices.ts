/**
 * List prices of Google Cloud in dollars, for what `docs/cost.md` adds up: each with its region and the page that it was
 * read from. The prices of models stand in `common/models.ts`. Free tiers are not taken off. Read from stored copies of
 * those pages, which may be older than the day they were read on: look before you rely on a figure.
 */
export interface ListPrice {
  readonly usd: number;
  /** So many units cost that. */
  readonly per: number;
  readonly unit: string;
  readonly region: string;
  readonly source: string;
}

export const READ_ON = '2026-11-23';

/** The dearer kind of location; in one region, such as us-central1, it is about half (airbyte.com's guide). */
const FIRESTORE = { per: 100_000, region: 'multi-region nam5', source: 'cloud.google.com/firestore/pricing' };
const STORAGE = { region: 'us-east1', source: 'cloud.google.com/storage/pricing-examples' };
const RUN = { region: 'tier 1, such as us-central1', per: 1 };
const TASKS = 'cloud.google.com/tasks/pricing';
const RUN_SOURCE = 'cloud.google.com/run/pricing; memory and requests as in cloudchipr.com/blog/cloud-run-pricing';

export const LIST_PRICES = {
  firestoreReads: { usd: 0.06, unit: 'reads', ...FIRESTORE },
  firestoreWrites: { usd: 0.18, unit: 'writes', ...FIRESTORE },
  firestoreDeletes: { usd: 0.02, unit: 'deletes', ...FIRESTORE },
  cloudTasks: { usd: 0.4, per: 1_000_000, unit: 'operations', region: 'all', source: TASKS },
  storageClassA: { usd: 0.005, per: 1_000, unit: 'operations', ...STORAGE },
  storageClassB: { usd: 0.0004, per: 1_000, unit: 'operations', ...STORAGE },
  storageKept: { usd: 0.02, per: 1, unit: 'GB and month', ...STORAGE },
  dataOut: { usd: 0.12, per: 1, unit: 'GB', ...STORAGE },
  runCpu: { usd: 0.000_024, unit: 'vCPU-seconds', ...RUN, source: RUN_SOURCE },
  runMemory: { usd: 0.000_002_5, unit: 'GiB-seconds', ...RUN, source: RUN_SOURCE },
  runRequests: { usd: 0.4, unit: 'requests', ...RUN, per: 1_000_000, source: RUN_SOURCE },
  schedulerJob: {
    usd: 0.1,
    per: 1,
    unit: 'jobs and month',
    region: 'all',
    source: 'cloud.google.com/scheduler/pricing',
  },
} as const satisfies { readonly [name: string]: ListPrice };

export type Priced = keyof typeof LIST_PRICES;
