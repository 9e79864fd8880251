/**
 * The API's answers to operators as far as the command line reads them (docs/http-api.md, "Operators").
 */
export interface KeyAnswer {
  readonly id: string;
  readonly kind: string;
  readonly shop?: string;
  readonly label?: string;
  readonly ending?: string;
  readonly scopes?: readonly string[];
  readonly origins?: readonly string[];
  readonly createdAt: string;
  readonly revokedAt?: string;
}

export interface WaitingOrderAnswer {
  readonly uploadId: string;
  readonly orderIds?: readonly string[];
  readonly shop: string;
  readonly style?: string;
  readonly orderedAt: string;
  readonly photoUrl: string;
  readonly job?: { readonly id: string; readonly status: string; readonly code?: string };
}

export interface ShopAnswer {
  readonly id: string;
  readonly name: string;
  readonly origins: readonly string[];
  readonly freePrompts: boolean;
  readonly release?: string;
  readonly quotaPerDay?: { readonly named?: number; readonly custom?: number };
  readonly budgetUsdPerDay?: number;
  readonly shopify?: { readonly domain: string; readonly pathPrefix: string; readonly secret: string };
  readonly webhookSecret?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface BudgetAnswer {
  readonly shop?: string;
  readonly resetAt: string;
  readonly spentUsd: number;
  readonly capUsd: number | null;
  readonly usualUsd: number | null;
  readonly override?: {
    readonly usd: number;
    readonly reason: string;
    readonly since: string;
    readonly until: string;
  };
  readonly shares: {
    readonly [share: string]: { readonly percent: number; readonly limitUsd: number | null; readonly open: boolean };
  };
}

export interface IntakeAnswer {
  readonly open: boolean;
  readonly reason?: string;
  readonly message?: string;
  readonly since?: string;
  readonly until?: string;
}

export interface QueueAnswer {
  readonly name: string;
  readonly state: string;
  readonly reason?: string;
  readonly because?: string;
  readonly since?: string;
  readonly until?: string;
  readonly waiting?: number;
  readonly oldestWaitingSeconds?: number;
}

export interface DeliveryAnswer {
  readonly id: string;
  readonly jobId: string;
  readonly type: string;
  readonly url: string;
  readonly state: string;
  readonly occurredAt: string;
  readonly nextTryAt?: string;
  readonly tries: readonly {
    readonly at: string;
    readonly ms?: number;
    readonly status?: number;
    readonly error?: string;
  }[];
}

export interface WebhookSecretAnswer {
  readonly shop: string;
  readonly secret: string;
  readonly createdAt: string;
  readonly previousUntil?: string;
}

export interface AuditAnswer {
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly reason?: string;
  readonly detail?: string;
}

export interface StatsAnswer {
  readonly submittedSince: string;
  readonly jobs: { readonly [lane: string]: { readonly [status: string]: number } };
  readonly budget: BudgetAnswer;
  readonly queues: readonly QueueAnswer[];
  readonly intake: IntakeAnswer;
  readonly models: readonly ModelAnswer[];
  readonly ceiling: CeilingAnswer;
  readonly throughput: { readonly minutes: number; readonly finished: number };
  readonly last: {
    readonly finished: number;
    readonly jobs: { readonly p50Ms?: number; readonly p95Ms?: number };
    readonly codes: readonly { readonly code: string; readonly count: number }[];
  };
  readonly sweptAt?: string;
}

export interface ModelAnswer {
  readonly id: string;
  readonly fallback?: string;
  readonly circuit: string;
  readonly openUntil?: string;
  readonly held?: { readonly reason: string; readonly until: string };
}

export interface CeilingAnswer {
  readonly slots: number | null;
  readonly reason?: string;
  readonly until?: string;
}

export interface AdminJobAnswer {
  readonly id: string;
  readonly shop: string;
  readonly done: boolean;
  readonly status: string;
  readonly sequence: number;
  readonly code?: string;
  readonly style?: string;
  readonly run: number;
  readonly attempts: number;
  readonly costUsd: number;
  readonly charge: string;
  readonly customerId?: string;
  readonly createdAt: string;
}

export interface WholeJobAnswer extends AdminJobAnswer {
  readonly options: { readonly aspectRatio: string; readonly size: string; readonly variation: number };
  readonly error?: { readonly code: string; readonly detail: string };
  readonly deadlineAt: string;
  readonly retry: { readonly possible: boolean; readonly why?: string };
  readonly input?: { readonly url: string };
  readonly output?: { readonly url: string };
  readonly attemptRows: readonly {
    readonly run: number;
    readonly fence: number;
    readonly model: string;
    readonly startedAt: string;
    readonly endedAt?: string;
    readonly outcome?: string;
    readonly providerCode?: string;
    readonly detail?: string;
    readonly billed?: string;
    readonly costUsd?: number;
    readonly estimateUsd: number;
  }[];
  readonly timeline: readonly { readonly at: string; readonly what: string; readonly detail?: string }[];
}

type Tally = readonly { readonly name: string; readonly count: number }[];

export interface BulkAnswer {
  readonly id: string;
  readonly action: string;
  readonly state: string;
  readonly filter: { readonly [field: string]: string };
  readonly reason: string;
  readonly actor: string;
  readonly frozenAt: string;
  readonly goodUntil?: string;
  readonly outdated?: true;
  readonly plan: {
    readonly matched: number;
    readonly eligible: number;
    readonly skipped: Tally;
    readonly codes: Tally;
    readonly complete: boolean;
    readonly estimateUsd: number;
  };
  readonly ratePerSecond: number;
  readonly progress: {
    readonly total: number;
    readonly looked: number;
    readonly done: number;
    readonly skipped: Tally;
  };
  readonly etaSeconds?: number;
}

export interface InvariantsAnswer {
  readonly ok: boolean;
  readonly at: string;
  readonly looked: { readonly jobs: number; readonly photos: number };
  readonly findings: readonly {
    readonly code: string;
    readonly severity: string;
    readonly what: string;
    readonly todo: string;
    readonly count: number;
    readonly examples: readonly string[];
  }[];
}

export interface CostFigures {
  readonly spentUsd: number;
  readonly possiblyUsd: number;
  readonly pictures: number;
  readonly priceEachUsd: number | null;
  readonly reused: number;
  readonly reusedShare: number | null;
  readonly attempts: number;
}

export interface CostRow extends CostFigures {
  readonly key: string;
}

export interface CostsAnswer {
  readonly from: string;
  readonly to: string;
  readonly by: string;
  readonly total: CostFigures;
  readonly rows: readonly CostRow[];
  readonly forecast?: {
    readonly until: string;
    readonly usd: number;
    readonly perDayUsd: number;
    readonly basedOnDays: number;
  };
  readonly today: {
    readonly spentUsd: number;
    readonly capUsd: number;
    readonly picturesLeft: { readonly customer: number; readonly anonymous: number; readonly bulk: number } | null;
  };
}

export interface CostsCheckAnswer {
  readonly runs: number;
  readonly differing: number;
  readonly differences: readonly {
    readonly day: string;
    readonly field: string;
    readonly booked: number;
    readonly ledger: number;
  }[];
  readonly moving: readonly string[];
}
