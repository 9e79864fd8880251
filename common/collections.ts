/**
 * All collections of the store with their indexes, in one declaration that serves both platforms. A query whose shape
 * is not covered here fails on Firestore; `common/platform/store.conformance.ts` runs the shapes on both.
 */
import type { Batch } from './batches/batch.ts';
import type { BulkAction, BulkPart } from './bulk/bulk-action.ts';
import type {
  AuditEntry,
  BatchSpend,
  Control,
  Costs,
  Delivery,
  Drawing,
  HourStats,
  Key,
  Quota,
  Shop,
  Spend,
  Switch,
  Upload,
} from './documents.ts';
import type { UpstreamBatch } from './economy/upstream-batch.ts';
import type { Job, Run } from './job.ts';
import { type Collection, collection, type Document } from './platform/store.ts';
import type { PrivacyRequest } from './privacy/privacy-request.ts';
import type { Style, StyleVersion } from './styles.ts';

const NEWEST_FIRST = { field: 'createdAt', direction: 'desc' } as const;

export const jobs = collection<Job>('jobs', {
  // What a shop's server may ask for: all of its jobs, or by status, style, both, customer, or its own name for them.
  indexes: [
    { equal: ['shop'], order: NEWEST_FIRST },
    { equal: ['shop', 'status'], order: NEWEST_FIRST },
    { equal: ['shop', 'style'], order: NEWEST_FIRST },
    { equal: ['shop', 'status', 'style'], order: NEWEST_FIRST },
    { equal: ['shop', 'ownerUid'], order: NEWEST_FIRST },
    { equal: ['shop', 'ownerUid', 'status'], order: NEWEST_FIRST },
    { equal: ['shop', 'customId'], order: NEWEST_FIRST },
    // What a shop has sold, among which the jobs of an order are found.
    { equal: ['shop'], order: { field: 'orderedAt', direction: 'desc' } },
    // How the jobs of a batch stand, and which they are; by id, which is the order of the items.
    { equal: ['batchId'] },
    { equal: ['batchId', 'status'] },
    { equal: ['batchId', 'done'] },
    { equal: ['batchId'], order: NEWEST_FIRST },
  ],
  expires: 'expireAt',
  unindexed: ['metadata', 'output', 'error'],
});

export const runs = collection<Run>('runs', {
  indexes: [
    { equal: [], order: { field: 'nextCheckAt', direction: 'asc' } },
    { equal: ['status'], order: { field: 'nextCheckAt', direction: 'asc' } },
    // What the metrics tell of a lane: how many wait or run, and since when the oldest has been waiting.
    { equal: ['status', 'lane'], order: { field: 'queuedAt', direction: 'asc' } },
    // How long the newest pictures took, from which the wait of the next ones is told; and how many ended in an hour.
    { equal: [], order: { field: 'finishedAt', direction: 'desc' } },
    { equal: ['status'], order: { field: 'finishedAt', direction: 'asc' } },
    { equal: ['code'], order: { field: 'finishedAt', direction: 'asc' } },
    { equal: ['reused'], order: { field: 'finishedAt', direction: 'asc' } },
    // What operators search by; whatever else they ask for is looked through, see `search-jobs.ts`.
    { equal: [], order: NEWEST_FIRST },
    { equal: ['status'], order: NEWEST_FIRST },
    { equal: ['code'], order: NEWEST_FIRST },
  ],
  expires: 'expireAt',
  unindexed: ['prompt', 'attempts', 'owner', 'options', 'lease', 'pending', 'scopes'],
});

export const batches = collection<Batch>('batches', {
  indexes: [
    { equal: ['shop'], order: NEWEST_FIRST },
    { equal: [], order: { field: 'nextCheckAt', direction: 'asc' } },
  ],
  expires: 'expireAt',
  unindexed: ['owner', 'metadata', 'jobIds', 'refused', 'webhook', 'items', 'retry'],
});
export const batchSpend = collection<BatchSpend>('batchSpend', { expires: 'expireAt' });
export const drawings = collection<Drawing>('drawings', { expires: 'expireAt' });
export const uploads = collection<Upload>('uploads', {
  indexes: [
    // Orders that wait for a picture, the oldest first; and what is kept of one owner.
    { equal: ['waits'], order: { field: 'orderedAt', direction: 'asc' } },
    { equal: ['shop', 'ownerUid'], order: NEWEST_FIRST },
    // Those of an order.
    { equal: ['shop'], order: { field: 'orderedAt', direction: 'desc' } },
  ],
  expires: 'expireAt',
  unindexed: ['wish', 'owner', 'orderIds'],
});
export const quotas = collection<Quota>('quotas', { expires: 'expireAt' });
export const spend = collection<Spend>('spend');
export const costs = collection<Costs>('costs');
export const switches = collection<Switch>('switches');
export const keys = collection<Key>('keys', {
  indexes: [
    { equal: [], order: NEWEST_FIRST },
    { equal: ['shop'], order: NEWEST_FIRST },
  ],
});
export const shops = collection<Shop>('shops');
export const audit = collection<AuditEntry>('audit', {
  indexes: [
    { equal: [], order: { field: 'at', direction: 'desc' } },
    { equal: ['action'], order: { field: 'at', direction: 'desc' } },
    { equal: ['target'], order: { field: 'at', direction: 'desc' } },
  ],
  expires: 'expireAt',
  unindexed: ['detail', 'reason'],
});
export const controls = collection<Control>('controls');
export const bulkActions = collection<BulkAction>('bulkActions', {
  indexes: [
    { equal: [], order: NEWEST_FIRST },
    { equal: [], order: { field: 'nextCheckAt', direction: 'asc' } },
  ],
  expires: 'expireAt',
  unindexed: ['filter', 'wish', 'plan', 'skipped', 'tokenHash', 'reason'],
});
export const bulkParts = collection<BulkPart>('bulkParts', { expires: 'expireAt', unindexed: ['ids'] });
export const stats = collection<HourStats>('stats', { expires: 'expireAt', unindexed: ['ended', 'codes'] });
export const styles = collection<Style>('styles', { unindexed: ['prompt', 'draft'] });
export const styleVersions = collection<StyleVersion>('styleVersions', {
  indexes: [{ equal: ['style'], order: { field: 'version', direction: 'desc' } }],
  unindexed: ['prompt', 'description'],
});
export const deliveries = collection<Delivery>('deliveries', {
  indexes: [
    { equal: [], order: NEWEST_FIRST },
    { equal: ['jobId'], order: NEWEST_FIRST },
    { equal: ['state'], order: NEWEST_FIRST },
    { equal: ['jobId', 'state'], order: NEWEST_FIRST },
  ],
  expires: 'expireAt',
  unindexed: ['tries', 'url'],
});

export const upstreamBatches = collection<UpstreamBatch>('upstreamBatches', {
  indexes: [
    { equal: [], order: { field: 'nextCheckAt', direction: 'asc' } },
    // How long the newest took, from which the time of the next ones is told.
    { equal: [], order: { field: 'endedAt', direction: 'desc' } },
  ],
  expires: 'expireAt',
  unindexed: ['items', 'lease', 'detail', 'inputFile', 'name'],
});

/** The latest of each state are what operators look at; a request's time of being looked at again is its bell's. */
export const privacyRequests = collection<PrivacyRequest>('privacyRequests', {
  indexes: [
    { equal: [], order: NEWEST_FIRST },
    { equal: ['shop'], order: NEWEST_FIRST },
    { equal: ['state'], order: NEWEST_FIRST },
    { equal: ['shop', 'state'], order: NEWEST_FIRST },
    { equal: [], order: { field: 'nextCheckAt', direction: 'asc' } },
  ],
  expires: 'expireAt',
  unindexed: ['customer', 'orderIds', 'messages', 'pass'],
});

export const COLLECTIONS: readonly Collection<Document>[] = [
  jobs,
  runs,
  batches,
  batchSpend,
  drawings,
  uploads,
  quotas,
  spend,
  costs,
  switches,
  keys,
  shops,
  audit,
  styles,
  styleVersions,
  deliveries,
  upstreamBatches,
  stats,
  controls,
  bulkActions,
  bulkParts,
  privacyRequests,
];
