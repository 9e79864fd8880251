/**
 * The shapes of what the store holds beside jobs, runs and batches. Which collection has which shape, and what it can be
 * asked for, stands in `collections.ts`.
 */
import type { DrawOptions, JobStatus, Owner } from './job.ts';
import type { OutcomeCode } from './outcomes.ts';
import type { Document } from './platform/store.ts';

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
