/**
 * Every field of every stored document: whether it can hold something of a person, and what an erasure leaves of it. A
 * field that is not named here fails `privacy-docs.test.ts`, so that whoever adds one decides; docs/privacy.md shows the table.
 */

/** What the field holds, and what is left of it when the customer is erased. */
export type Personal = readonly [what: string, left: string];

export interface FieldsOf {
  /** The collection, as the page names it. */
  readonly stored: string;
  readonly personal: { readonly [field: string]: Personal };
  /** Nothing of a person. */
  readonly other: readonly string[];
}

export const GONE = 'nothing';
const NOBODY = 'the word `erased`';
const STAYS_400 = 'all of it, for 400 days';
const OPERATOR = 'the key of an operator, with the label that it was given';
const OPERATORS = 'what an operator wrote; name nobody there';

export const FIELDS: { readonly [type: string]: FieldsOf } = {
  Job: {
    stored: 'jobs',
    personal: {
      ownerUid: ['whose it is: a keyed digest of the customer or session', NOBODY],
      output: ['size and digest of the picture, and a blurred thumbnail of some 25 bytes', GONE],
      customId: ["the shop's own name for the job", GONE],
      metadata: ['what the shop put there', GONE],
      orderIds: ['numbers of the orders that it was sold with', GONE],
    },
    other: [
      ...['id', 'v', 'shop', 'status', 'done', 'sequence', 'style', 'lane', 'createdAt', 'startedAt', 'finishedAt'],
      ...['retryAt', 'attempt', 'pollAfterMs', 'error', 'reused', 'charge', 'batchId', 'cancelRequested', 'orderedAt'],
      ...['erasedAt', 'expireAt'],
    ],
  },
  Output: {
    stored: 'jobs.output',
    personal: {
      sha256: ['digest of the picture', GONE],
      placeholder: ['a blurred thumbnail', GONE],
    },
    other: ['contentType', 'width', 'height', 'bytes', 'expiresAt'],
  },
  JobError: { stored: 'jobs.error', personal: {}, other: ['code', 'message', 'retryable'] },
  Run: {
    stored: 'runs',
    personal: {
      ownerUid: ['as in `jobs`', NOBODY],
      owner: ['see below', GONE],
      prompt: ["the style's instruction, or the customer's own words", GONE],
      inputSha256: ['digest of the photo', GONE],
      generationKey: [
        'digest of owner, photo and wish, which names the picture; nobody can compute it without the secret',
        'all of it: by it a late picture is found and deleted',
      ],
      outputPath: ['where the picture lay: the same digest', 'all of it'],
      inputPath: ['where the photo lay: the id of the job and a random number', 'all of it'],
      requestHash: ['digest of the request', GONE],
      scopes: ['names of `quotas`', GONE],
      trace: ["the caller's trace id", GONE],
      webhook: ['see below', GONE],
      attempts: ['see below', 'the ledger: model, times, usage, cost'],
      trial: [OPERATOR, 'all of it: the job is the operator’s own'],
      kept: ['whether copies for orders were made', GONE],
    },
    other: [
      ...['id', 'v', 'shop', 'status', 'style', 'styleVersion', 'options', 'model', 'lane', 'batchId', 'batchShards'],
      ...['batchTold', 'run', 'dispatch', 'fence', 'lease', 'cancelRequested', 'queuedAt', 'retryAt', 'deadlineAt'],
      ...['economyUntil', 'fellBack', 'laneClockMs', 'nextCheckAt', 'pending', 'charge', 'code', 'reused', 'orderId'],
      ...['createdAt', 'finishedAt', 'expireAt', 'uploadId'],
    ],
  },
  Owner: {
    stored: 'runs.owner, batches.owner',
    personal: {
      customer: ["the shop's, or Shopify's, number of the customer", GONE],
      session: ['a random id of a browser', GONE],
      ipHash: ['keyed digest of the network address', GONE],
    },
    other: [],
  },
  Webhook: {
    stored: 'runs.webhook, batches.webhook',
    personal: { url: ["the shop's address to be told at, which may name an order", GONE] },
    other: [],
  },
  Attempt: {
    stored: 'runs.attempts',
    personal: { detail: ["the provider's words about a failure", GONE] },
    other: [
      ...[
        'fence',
        'startedAt',
        'model',
        'estimateMicroUsd',
        'spendDay',
        'upstreamBatch',
        'endedAt',
        'outcome',
        'usage',
      ],
      ...['costMicroUsd', 'billed', 'free', 'providerCode', 'run', 'lane'],
    ],
  },
  DrawOptions: { stored: 'runs.options', personal: {}, other: ['aspectRatio', 'size', 'variation'] },
  Lease: { stored: 'runs.lease', personal: {}, other: ['fence', 'expiresAt'] },
  PendingErase: { stored: 'runs.pending', personal: {}, other: ['kind'] },
  PendingKeep: { stored: 'runs.pending', personal: {}, other: ['kind'] },
  PendingWebhook: { stored: 'runs.pending', personal: {}, other: ['kind', 'run', 'status', 'at', 'notBefore'] },
  Kept: { stored: 'runs.kept', personal: {}, other: ['photo', 'picture'] },
  Batch: {
    stored: 'batches',
    personal: {
      ownerUid: ['as in `jobs`', NOBODY],
      owner: ['as in `runs`', GONE],
      requestHash: ['digest of the request', GONE],
      customId: ["the shop's own name for the batch", GONE],
      metadata: ['what the shop put there', GONE],
      webhook: ['as in `runs`', GONE],
      items: ['see below', 'the numbers'],
    },
    other: [
      ...['v', 'shop', 'kind', 'state', 'lane', 'sequence', 'total', 'token', 'jobIds', 'refused', 'deliverBy'],
      ...[
        'cancelRequestedAt',
        'retry',
        'endedAt',
        'ends',
        'telling',
        'dispatch',
        'nextCheckAt',
        'createdAt',
        'expireAt',
      ],
    ],
  },
  BatchItems: {
    stored: 'batches.items',
    personal: { invalid: ['lines that were wrong, with their `customId`', 'how many there were'] },
    other: [
      ...['onInvalid', 'laneAsked', 'maxCostMicroUsd', 'defaultModel', 'rawParts', 'parts', 'expanded', 'rejected'],
      ...['estimateMicroUsd', 'tier', 'deadlineAt', 'economyUntil', 'spendShards'],
    ],
  },
  InvalidLine: {
    stored: 'batches.items.invalid',
    personal: {
      customId: ["the shop's own name for the item", GONE],
      detail: ['what was wrong with it', GONE],
    },
    other: ['line', 'pointer'],
  },
  BatchEnd: { stored: 'batches.telling', personal: {}, other: ['number', 'status', 'at'] },
  BatchRetry: { stored: 'batches.retry', personal: {}, other: ['only', 'codes', 'requestedAt', 'after'] },
  RefusedStyle: { stored: 'batches.refused', personal: {}, other: ['style', 'code'] },
  Upload: {
    stored: 'uploads',
    personal: {
      ownerUid: ['as in `jobs`', GONE],
      path: ['where the photo lies', GONE],
      wish: ['which style is wanted of it', GONE],
      owner: ['as in `runs`, without the address', GONE],
      orderIds: ['numbers of the orders that it came with', GONE],
    },
    other: [
      ...['shop', 'contentType', 'bytes', 'createdAt', 'expireAt', 'keptAt', 'orderedAt', 'waits', 'jobId', 'draws'],
    ],
  },
  PhotoWish: { stored: 'uploads.wish', personal: {}, other: ['style', 'options'] },
  Quota: {
    stored: 'quotas',
    personal: { id: ['day, pool and a digest of the customer, session or address', "nothing of the customer's"] },
    other: ['held', 'releasedCalls', 'expireAt'],
  },
  Delivery: {
    stored: 'deliveries',
    personal: { url: ['as in `runs.webhook`; what was sent is not kept', 'the host'] },
    other: [...['jobId', 'shop', 'type', 'state', 'made', 'tries', 'nextTryAt', 'occurredAt', 'createdAt', 'expireAt']],
  },
  DeliveryTry: { stored: 'deliveries.tries', personal: {}, other: ['id', 'at', 'ms', 'status', 'error'] },
  PrivacyRequest: {
    stored: 'privacyRequests',
    personal: {
      id: ['keyed digest of the customer', STAYS_400],
      ownerUid: ['the same', `${STAYS_400}: the proof that it was done`],
      customer: ["the shop's number of the customer", GONE],
      orderIds: ['numbers of orders', GONE],
      messages: ['digests of the ids of Shopify’s messages', STAYS_400],
    },
    other: [
      ...['v', 'kind', 'state', 'shop', 'asked', 'total', 'pass', 'erased', 'dispatch', 'nextCheckAt', 'createdAt'],
      ...['doneAt', 'expireAt'],
    ],
  },
  BulkAction: {
    stored: 'bulkActions',
    personal: {
      filter: ['what an operator looked for, perhaps a customer', 'the word `erased` for the customer'],
      reason: [OPERATORS, 'all of it, for 30 days'],
    },
    other: [
      ...['action', 'state', 'wish', 'actor', 'tokenHash', 'plan', 'rate', 'position', 'done', 'skipped', 'dispatch'],
      ...['nextCheckAt', 'createdAt', 'appliedAt', 'appliedBy', 'endedAt', 'expireAt'],
    ],
  },
  BulkPlan: {
    stored: 'bulkActions.plan',
    personal: {},
    other: ['matched', 'eligible', 'skipped', 'codes', 'estimateMicroUsd', 'complete'],
  },
  BulkPart: { stored: 'bulkParts', personal: {}, other: ['ids', 'expireAt'] },
  AuditEntry: {
    stored: 'audit',
    personal: {
      actor: [OPERATOR, STAYS_400],
      target: ['what was acted on: an id; of a customer a keyed digest', STAYS_400],
      reason: [OPERATORS, STAYS_400],
    },
    other: ['at', 'action', 'detail', 'expireAt'],
  },
  UpstreamBatch: {
    stored: 'upstreamBatches',
    personal: {
      inputFile: ["the provider's name of the file with the photos", 'the name; the provider deletes the file itself'],
    },
    other: [
      ...[
        'v',
        'state',
        'model',
        'items',
        'economyUntil',
        'createdAt',
        'name',
        'submittedAt',
        'upstreamState',
        'endedAt',
      ],
      ...['settledAt', 'cancelAskedAt', 'fellBackAt', 'creations', 'troubles', 'detail', 'dispatch', 'fence', 'lease'],
      ...['nextCheckAt', 'expireAt'],
    ],
  },
  UpstreamItem: { stored: 'upstreamBatches.items', personal: {}, other: ['jobId', 'fence'] },
  Drawing: { stored: 'drawings', personal: {}, other: ['runId', 'expireAt'] },
  Costs: { stored: 'costs', personal: {}, other: ['changes', 'mended'] },
  Spend: { stored: 'spend', personal: {}, other: ['microUsd'] },
  BatchSpend: { stored: 'batchSpend', personal: {}, other: ['microUsd', 'expireAt'] },
  HourStats: { stored: 'stats', personal: {}, other: ['at', 'submitted', 'reused', 'ended', 'codes', 'expireAt'] },
  Shop: {
    stored: 'shops',
    personal: {},
    other: [
      ...['name', 'origins', 'shopify', 'quotaPerDay', 'budgetMicroUsdPerDay', 'freePrompts', 'release'],
      ...['webhookSecrets', 'createdAt', 'updatedAt'],
    ],
  },
  WebhookSecret: { stored: 'shops.webhookSecrets', personal: {}, other: ['secret', 'createdAt', 'expiresAt'] },
  ShopifyShop: { stored: 'shops.shopify', personal: {}, other: ['domain', 'secret', 'pathPrefix'] },
  Key: {
    stored: 'keys',
    personal: { label: ['what an operator calls the key', 'all of it, as long as the key is listed'] },
    other: ['kind', 'shop', 'createdAt', 'revokedAt', 'ending', 'scopes', 'origins', 'quotaPerDay'],
  },
  Switch: {
    stored: 'switches',
    personal: { reason: [OPERATORS, 'all of it, until it is switched again'] },
    other: ['on', 'since', 'until', 'microUsd', 'message', 'because', 'pausedMs'],
  },
  Control: { stored: 'controls', personal: {}, other: ['models', 'ceiling'] },
  Held: {
    stored: 'controls.models',
    personal: { reason: [OPERATORS, 'all of it, until it is released'] },
    other: ['since', 'until'],
  },
  Style: {
    stored: 'styles',
    personal: {},
    other: [
      ...['label', 'description', 'prompt', 'version', 'model', 'size', 'aspectRatio', 'minSidePx', 'pool', 'enabled'],
      ...['order', 'draft', 'revision'],
    ],
  },
  StyleDraft: {
    stored: 'styles.draft',
    personal: { changedBy: [OPERATOR, 'all of it, until it is published'] },
    other: ['changedAt'],
  },
  StyleVersion: {
    stored: 'styleVersions',
    personal: { publishedBy: [OPERATOR, 'all of it: it says who answers for the version'] },
    other: ['style', 'version', 'publishedAt', 'restores'],
  },
};
