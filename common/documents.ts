/**
 * All collections of the store with their indexes, in one declaration that serves both platforms. A query whose shape
 * is not covered here fails on Firestore; `common/platform/store.conformance.ts` runs the shapes on both.
 */

import type { Batch } from './batches/batch.ts';
import type { BulkAction, BulkPart } from './bulk/bulk-action.ts';
import type { UpstreamBatch } from './economy/upstream-batch.ts';
import type { DrawOptions, Job, JobStatus, Owner, Run } from './job.ts';
import type { OutcomeCode } from './outcomes.ts';
import { type Collection, collection, type Document } from './platform/store.ts';
import type { PrivacyRequest } from './privacy/privacy-request.ts';
import type { Style, StyleVersion } from './styles.ts';

/** One identity, pool and day. Touched by hold and release alone. */
export interface Quota extends Document {
  /** Pictures admitted and not released: what counts against the limit. */
  readonly held: number;
  /** Model calls of jobs whose hold was released: they cost money and bring nothing, so they are limited too. */
  readonly releasedCalls: number;
  readonly expireAt: number;
}

/** One share of a day's spend, of all shops (`{day}-{shard}`) or of one (`{day}-{shop}-{shard}`); only incremented. */
export interface Spend extends Document {
  readonly microUsd: number;
}

/**
 * One share of what a day has cost (`{day}-{shard}`), by style, model, shop and tier: fields such as
 * `style:ink-wash:microUsd`, named by `common/costs/ledger.ts`; only incremented. Kept for good: the ledgers are not.
 */
export interface Costs extends Document {
  /** How often something was booked here. */
  readonly changes: number;
  /** Which mending by the ledgers it was that came last, see `common/costs/check-costs.ts`. */
  readonly mended?: number;
  readonly [field: string]: number | string;
}

/** One share of what a batch has cost (`{batch}-{shard}`); made with the batch, then only incremented. */
export interface BatchSpend extends Document {
  readonly microUsd: number;
  readonly expireAt: number;
}

/** A customer of Easel: whose keys, origins and limits apply. The shop `default` is there from the first start. */
export interface Shop extends Document {
  readonly name: string;
  /** Where its storefront's pages are, such as `https://shop.example`: browsers elsewhere are refused. */
  readonly origins: readonly string[];
  /** Its Shopify shop, whose App Proxy may open sessions. */
  readonly shopify?: ShopifyShop;
  /** Pictures a day and shopper where they differ from the service's. */
  readonly quotaPerDay?: { readonly named?: number; readonly custom?: number };
  /** Absent = only the service's budget binds. */
  readonly budgetMicroUsdPerDay?: number;
  /** Whether a shopper's browser may send a wish in free words. */
  readonly freePrompts: boolean;
  /** When a shopper may have the whole picture; absent = at once. Before, the preview of 512 px is shown. */
  readonly release?: Release;
  /** What its webhooks are signed with, the newest first; two while one is being replaced. */
  readonly webhookSecrets?: readonly WebhookSecret[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

export const RELEASES = ['open', 'on-order'] as const;
export type Release = (typeof RELEASES)[number];

export interface WebhookSecret {
  /** `whsec_` and base64. */
  readonly secret: string;
  readonly createdAt: number;
  /** Of one that was replaced: until when it signs too. */
  readonly expiresAt?: number;
}

/** One event that a shop's server is told of; the id is the `webhook-id` of every try. */
export interface Delivery extends Document {
  readonly jobId: string;
  readonly shop: string;
  readonly type: string;
  readonly url: string;
  readonly state: DeliveryState;
  /** Of this round: a replay begins another one. */
  readonly made: number;
  /** The latest ones of all rounds. */
  readonly tries: readonly DeliveryTry[];
  /** While it is pending: when somebody may begin a try; one under way puts it off. */
  readonly nextTryAt?: number;
  /** When the run ended. */
  readonly occurredAt: number;
  readonly createdAt: number;
  readonly expireAt: number;
}

export const DELIVERY_STATES = ['pending', 'delivered', 'failed', 'disabled'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Nothing of the answer but its status is kept: it is the receiver's. */
export interface DeliveryTry {
  readonly id: string;
  readonly at: number;
  /** How long it took; absent while it is under way, and of one whose process ended meanwhile. */
  readonly ms?: number;
  readonly status?: number;
  /** Why there was no answer, or none that counts: a code of `OUTBOUND_FAULTS`, or `no_secret`. */
  readonly error?: string;
}

export interface ShopifyShop {
  /** `{name}.myshopify.com`. */
  readonly domain: string;
  /** Shared secret of the app, which signs what its proxy passes on. */
  readonly secret: string;
  /** Where the proxy is mounted in the storefront, such as `/apps/easel`. */
  readonly pathPrefix: string;
}

/** What an operator did; only ever added to. */
export interface AuditEntry extends Document {
  readonly at: number;
  /** The key that acted: its id's first characters and its label. */
  readonly actor: string;
  /** What was done, such as `key.create`. */
  readonly action: string;
  /** To what: an id or a name, never a secret. */
  readonly target: string;
  readonly reason?: string;
  /** What changed, in a sentence without secrets. */
  readonly detail?: string;
  readonly expireAt: number;
}

/** Which run draws a wish, by its generation key. Whether it still does, that run's own lease tells. */
export interface Drawing extends Document {
  readonly runId: string;
  readonly expireAt: number;
}

/** An operator's or the service's own switch, such as the pause of a queue. */
export interface Switch extends Document {
  readonly on: boolean;
  readonly reason: string;
  /** When the switch was set, and when it falls back by itself (absent = never), ms since 1970. */
  readonly since: number;
  readonly until?: number;
  /** Of a budget's override: the day's dollars instead. */
  readonly microUsd?: number;
  /** Of closed intake: what callers read. */
  readonly message?: string;
  /** Of a pause: who wanted it. What the budget paused goes on when the budget has room again. */
  readonly because?: 'operator' | 'budget' | 'provider';
  /** Of a queue: for how long it has been paused in all before `since`. */
  readonly pausedMs?: number;
}

/** What an operator holds back for a time. */
export interface Held {
  readonly reason: string;
  readonly since: number;
  readonly until: number;
}

/** What is held back of the drawing; the one document's id is `drawing`. */
export interface Control extends Document {
  readonly models: readonly (Held & { readonly model: string })[];
  /** Jobs that a worker's process works on at once at most. */
  readonly ceiling?: Held & { readonly slots: number };
}

/** What happened in an hour; the id is its beginning, such as `2026-11-23T09`. */
export interface HourStats extends Document {
  readonly at: number;
  readonly submitted: number;
  /** Pictures that were there already. */
  readonly reused: number;
  /** Runs that came to their end, by state. */
  readonly ended: { readonly [status in JobStatus]?: number };
  /** Those without a picture by why. */
  readonly codes: { readonly [code in OutcomeCode]?: number };
  readonly expireAt: number;
}

/** A direct upload that was asked for: where the photo lies, once it is there. */
export interface Upload extends Document {
  readonly shop: string;
  readonly ownerUid: string;
  readonly path: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly createdAt: number;
  readonly expireAt: number;
  /** Since when it is kept for an order that has no picture yet; absent = it lives for a day. See `kept-photos/`. */
  readonly keptAt?: number;
  /** What the shopper wants of a kept photo, and who that is: the picture will be theirs. */
  readonly wish?: PhotoWish;
  readonly owner?: Owner;
  /** The shop's orders that it is part of, and when the last of them came. */
  readonly orderIds?: readonly string[];
  readonly orderedAt?: number;
  /** Ordered, and without a picture: somebody has to have it drawn. Absent = nothing is to be done. */
  readonly waits?: true;
  /** The job that draws it, or has drawn it; and how many before it brought nothing. */
  readonly jobId?: string;
  readonly draws?: number;
}

export interface PhotoWish {
  readonly style: string;
  readonly options?: Partial<DrawOptions>;
}

export type KeyKind = 'server' | 'storefront' | 'admin';
/** What a key may do: look, change jobs, or change how the service is run. */
export type KeyScope = 'read' | 'write' | 'manage';

/** An API key; the id is the SHA-256 of the key, which itself is stored nowhere. */
export interface Key extends Document {
  readonly kind: KeyKind;
  readonly shop: string;
  readonly createdAt: number;
  readonly revokedAt?: number;
  /** What the operator calls it. */
  readonly label?: string;
  /** Its last four characters, to tell keys apart. */
  readonly ending?: string;
  /** Absent = all that its kind may do. */
  readonly scopes?: readonly KeyScope[];
  /** Of a storefront key: where it may be used, instead of everywhere that its shop lists. */
  readonly origins?: readonly string[];
  /** Pictures a day and shopper for what comes in by this key. */
  readonly quotaPerDay?: { readonly named?: number; readonly custom?: number };
}

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
