/**
 * What a job is: its two documents, its states, and every move between them as a pure function of a document and a
 * time. `common/jobs/` puts each move into one transaction; nothing else changes a job.
 *
 * Glossary
 * - job      what a client submits, polls and gets: one picture wanted. `jobs/{id}` is its public face.
 * - run      the truth about a job, `runs/{id}`, never readable by a client. An admin retry opens a new run of the job.
 * - task     a ring of the queue's bell: "look at this job". May come twice, late, or never.
 * - dispatch the number that makes each task's name new.
 * - attempt  one claim of a run by a worker, up to its outcome; one row in the run's ledger.
 * - lease    the time until which the claiming worker alone may act on the run, numbered by its fence.
 * - charge   the shopper's unit of quota: held at submit, captured by a delivered picture, else released.
 * - shop     whose keys, styles and limits apply. - owner: the shopper (customer or session) or the shop itself.
 * - batch    many jobs that were asked for at once, with one status: `batches/{id}`.
 * - lane     how fast and how dear: interactive, bulk, economy (drawn in upstream batches, docs/economy.md).
 * - platform embedded or google.
 */
import { OUTCOMES, type OutcomeCode } from './outcomes.ts';
import type { Usage } from './platform/model.ts';

/** Version of documents and tasks: code of version N reads N−1 and ignores fields it does not know. */
export const DOCUMENT_VERSION = 1;

export const JOB_STATUSES = ['queued', 'running', 'succeeded', 'blocked', 'failed', 'canceled', 'expired'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];
export const LANES = ['interactive', 'bulk', 'economy'] as const;
export type Lane = (typeof LANES)[number];
/** Lanes that have a queue of their own. */
export type QueuedLane = Exclude<Lane, 'economy'>;
export type Charge = 'held' | 'captured' | 'released' | 'none';

export interface Output {
  readonly contentType: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly sha256: string;
  /** ThumbHash, base64: a blurred stand-in for instant display. */
  readonly placeholder: string;
  /** When the picture is deleted unless it is used again, milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface JobError {
  readonly code: OutcomeCode;
  readonly message: string;
  readonly retryable: boolean;
}

/** `jobs/{id}`: changes only when a client would see a change, and `sequence` with it. All times in ms since 1970. */
export interface Job {
  readonly id: string;
  readonly v: number;
  readonly shop: string;
  /** The reader that Firestore's rules let see this document: see `ownerUid` in common/owners.ts. */
  readonly ownerUid: string;
  readonly status: JobStatus;
  readonly done: boolean;
  readonly sequence: number;
  readonly style?: string;
  readonly lane: Lane;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** When the next attempt starts at the earliest, while the job waits for one. */
  readonly retryAt?: number;
  readonly attempt: number;
  readonly pollAfterMs: number;
  readonly output?: Output;
  readonly error?: JobError;
  readonly reused: boolean;
  readonly charge: Charge;
  readonly batchId?: string;
  readonly customId?: string;
  readonly metadata?: { readonly [key: string]: string };
  /** The owner gave the job up while a worker had it; it ends as `canceled` soon. */
  readonly cancelRequested?: boolean;
  /** The shop's orders that this picture is printed for; it is kept for them beyond the life of others. */
  readonly orderIds?: readonly string[];
  /** When the latest of them was named. */
  readonly orderedAt?: number;
  /** Since when photo, picture and prompt are gone at the owner's wish. */
  readonly erasedAt?: number;
  /** When the document itself is deleted. */
  readonly expireAt: number;
}

export interface Owner {
  readonly customer?: string;
  readonly session?: string;
  /** Digest of the client's address or /64, for the quota by address. */
  readonly ipHash?: string;
}

export interface DrawOptions {
  readonly aspectRatio: string;
  readonly size: string;
  readonly variation: number;
}

export interface Attempt {
  readonly fence: number;
  readonly startedAt: number;
  readonly model: string;
  /** What the call is expected to cost; counted in the day's spend until the true cost is known. Micro-dollars. */
  readonly estimateMicroUsd: number;
  /** The day (YYYY-MM-DD, UTC) whose spend carries the estimate. */
  readonly spendDay: string;
  /** The upstream batch that it is a part of: it has no worker and no heartbeat, and costs the batch price. */
  readonly upstreamBatch?: string;
  readonly endedAt?: number;
  readonly outcome?: OutcomeCode | 'succeeded' | 'reused' | 'canceled' | 'crashed';
  readonly usage?: Usage;
  readonly costMicroUsd?: number;
  readonly billed?: 'no' | 'yes' | 'possibly';
  /** The provider was down for everybody: the attempt does not count. */
  readonly free?: true;
  /** What the provider answered, in its words, such as `429 RESOURCE_EXHAUSTED`. For the operator. */
  readonly providerCode?: string;
  /** For the operator; never shown to a shopper. */
  readonly detail?: string;
  /** Of an earlier run of the job: which. Absent = of the present one, whose limits it counts towards. */
  readonly run?: number;
  /** Of an earlier run of the job: the lane it ended in. */
  readonly lane?: Lane;
}

export interface Lease {
  /** Counts claims of the run; a worker with an older one may not change anything. */
  readonly fence: number;
  readonly expiresAt: number;
}

/** Work that follows a job's end; the upkeep task of that kind does it and then removes its entry. */
export type Pending = PendingErase | PendingKeep | PendingWebhook;

export interface PendingErase {
  readonly kind: 'erase';
}

/** Photo and picture are to be copied to where an order's are kept. */
export interface PendingKeep {
  readonly kind: 'keep';
}

/** The shop's server is still to be told of the end of a run; what was tried so far stands in `deliveries/`. */
export interface PendingWebhook {
  readonly kind: 'webhook';
  /** Which run of the job ended, and how and when. */
  readonly run: number;
  readonly status: JobStatus;
  readonly at: number;
  /** When the next try is due; absent = at once. */
  readonly notBefore?: number;
}

/** What a shop's server named at the submit. */
export interface Webhook {
  readonly url: string;
}

/** `runs/{id}`: the truth. All times in ms since 1970, money in micro-dollars. */
export interface Run {
  readonly id: string;
  readonly v: number;
  readonly shop: string;
  readonly ownerUid: string;
  readonly owner: Owner;
  readonly status: JobStatus;
  readonly style?: string;
  readonly styleVersion?: number;
  /** The instruction as sent to the model: the style's of that version, or the caller's own. */
  readonly prompt: string;
  readonly options: DrawOptions;
  readonly model: string;
  readonly inputPath: string;
  readonly inputSha256: string;
  readonly generationKey: string;
  readonly requestHash: string;
  readonly lane: Lane;
  readonly batchId?: string;
  /** Of an item of a batch: in how many documents the cost of the batch is summed up. */
  readonly batchShards?: number;
  /** Somebody is told of the end of its batch: who ends it rings for that. */
  readonly batchTold?: true;
  /** Which run of the job this is: 1, and one more with each retry by admin or batch. */
  readonly run: number;
  readonly dispatch: number;
  readonly fence: number;
  readonly attempts: readonly Attempt[];
  readonly lease?: Lease;
  readonly cancelRequested?: boolean;
  readonly queuedAt: number;
  readonly retryAt?: number;
  readonly deadlineAt: number;
  /** Of the economy lane: from then on bulk draws it, so that the deadline is kept. */
  readonly economyUntil?: number;
  /** Why bulk draws what was meant for economy. */
  readonly fellBack?: { readonly at: number; readonly why: string };
  /** `laneClock` at the submit: what the lane's queue is paused beyond it moves the deadline. */
  readonly laneClockMs: number;
  /** By when somebody must look at this document again; absent = nothing is left to do. */
  readonly nextCheckAt?: number;
  readonly pending: readonly Pending[];
  /** An operator's trial of a style: who tries it. Without a `styleVersion` it is the style's draft. */
  readonly trial?: { readonly by: string };
  /** The trace that the submit was part of, 32 hex digits. */
  readonly trace?: string;
  /** Whom to tell of the end of each run. */
  readonly webhook?: Webhook;
  readonly charge: Charge;
  /** Ids of the `quotas` documents that carry the hold. */
  readonly scopes: readonly string[];
  readonly outputPath?: string;
  /** What lies in the folder of kept orders: see `common/jobs/order.ts`. */
  readonly kept?: Kept;
  /** The upload that it draws for an order without a picture: see `common/kept-photos/`. */
  readonly uploadId?: string;
  /** Why it ended without a picture: what operators look for. */
  readonly code?: OutcomeCode;
  /** It ended with a picture that was there already. */
  readonly reused?: true;
  /** The operators' order that opened this run of the job, so that carrying it out twice opens one. */
  readonly orderId?: string;
  readonly createdAt: number;
  readonly finishedAt?: number;
  readonly expireAt: number;
}

export interface Kept {
  readonly photo: boolean;
  readonly picture: boolean;
}

const FREE_RETRIES: ReadonlySet<string> = new Set(['wait', 'resume', 'fallback', 'bulk']);

/** Outcomes that the job is not to blame for: it goes on later, or with another model. */
const UNCOUNTED: ReadonlySet<Attempt['outcome']> = new Set(
  Object.entries(OUTCOMES)
    .filter(([, { retry }]) => FREE_RETRIES.has(retry))
    .map(([code]) => code as OutcomeCode),
);

/** The queue whose pauses hold the lane up. Economy is bulk work done cheaper: who pauses bulk pauses it too. */
export function laneQueue(lane: Lane): QueuedLane {
  return lane === 'economy' ? 'bulk' : lane;
}

export function isDone(status: JobStatus): boolean {
  return status !== 'queued' && status !== 'running';
}

export function taskName(run: Pick<Run, 'id' | 'dispatch'>): string {
  return `${run.id}-${run.dispatch}`;
}

/** The rows of the ledger that are of the present run; those of earlier ones are kept for their cost. */
export function attemptsOfRun({ attempts }: Pick<Run, 'attempts'>): readonly Attempt[] {
  return attempts.filter(({ run }) => run === undefined);
}

/** Attempts that count towards the limit: those that ended for want of capacity, or with their worker, do not. */
export function countedAttempts(run: Run): number {
  return attemptsOfRun(run).filter(({ outcome, free }) => !free && (outcome === undefined || !UNCOUNTED.has(outcome)))
    .length;
}

/** The models that the provider no longer knew when this run asked for them. */
export function retiredModels(run: Run): ReadonlySet<string> {
  return new Set(
    attemptsOfRun(run)
      .filter(({ outcome }) => outcome === 'model_retired')
      .map(({ model }) => model),
  );
}

/** The model that the latest attempt asks; before the first one, the model that the job names. */
export function drawingModel(run: Run): string {
  return attemptsOfRun(run).at(-1)?.model ?? run.model;
}

export function crashes(run: Run): number {
  return attemptsOfRun(run).filter(attempt => attempt.outcome === 'crashed').length;
}
