/**
 * Times and counts that the domain keeps to, with their reasons. `checkLimits` refuses contradictions at start-up:
 * almost every published double run comes from a lease shorter than the work it guards.
 */
export interface Limits {
  readonly heartbeatMs: number;
  readonly leaseMs: number;
  /** One call of the model. */
  readonly modelTimeoutMs: number;
  /** One attempt in the worker, from claim to finish. */
  readonly workerBudgetMs: number;
  /** Cloud Run's request timeout of the worker. */
  readonly requestTimeoutMs: number;
  /** After this the queue delivers a task again. */
  readonly dispatchDeadlineMs: number;
  readonly attemptsMax: number;
  readonly crashesMax: number;
  readonly deadlineMs: { readonly interactive: number; readonly bulk: number; readonly economy: number };
  /** What is kept of an economy job's time, before its deadline, for bulk to draw it after all. */
  readonly economyReserveMs: number;
  /** For how long economy jobs are gathered before an upstream batch goes out that is not full. */
  readonly gatherMs: number;
  readonly backoffMaxMs: number;
  /** How long a delivered task waits for a free model slot before it is put back. */
  readonly slotWaitMs: number;
  /** How long a job waits while its twin (same generation key) is being drawn. */
  readonly twinWaitMs: number;
  /** As `twinWaitMs`, of an economy job: its twin may be a part of an upstream batch for hours. */
  readonly economyTwinWaitMs: number;
  /** A queued job whose task nobody has seen is looked at after this. */
  readonly firstCheckMs: number;
  /** Later looks at a job whose task is waiting: each as far away as the job is old, within these bounds. */
  readonly checkMinMs: number;
  readonly checkMaxMs: number;
  readonly sweepPage: number;
  readonly retentionMs: number;
  readonly readUrlMs: number;
  /** Signed URLs stay the same within a window of this length, so that browsers can cache. */
  readonly readUrlWindowMs: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
export const DAY_MS = 24 * HOUR;

export const LIMITS: Limits = {
  heartbeatMs: 15 * SECOND,
  leaseMs: 60 * SECOND,
  modelTimeoutMs: 120 * SECOND,
  workerBudgetMs: 180 * SECOND,
  requestTimeoutMs: 200 * SECOND,
  dispatchDeadlineMs: 240 * SECOND,
  attemptsMax: 4,
  crashesMax: 3,
  deadlineMs: { interactive: 15 * MINUTE, bulk: DAY_MS, economy: 2 * DAY_MS },
  economyReserveMs: 2 * HOUR,
  gatherMs: MINUTE,
  backoffMaxMs: 60 * SECOND,
  slotWaitMs: 5 * SECOND,
  twinWaitMs: 2 * SECOND,
  economyTwinWaitMs: 10 * MINUTE,
  firstCheckMs: 30 * SECOND,
  checkMinMs: 5 * MINUTE,
  checkMaxMs: 40 * MINUTE,
  sweepPage: 200,
  retentionMs: 30 * DAY_MS,
  readUrlMs: HOUR,
  readUrlWindowMs: 15 * MINUTE,
};

/** How many tasks of each queue are under delivery at once, in the whole service. */
export const QUEUE_CONCURRENCY = {
  interactive: 16,
  bulk: 8,
  // A receiver of webhooks that hangs holds a place for 15 s; there have to be others.
  upkeep: 16,
} as const;

/** Every contradiction, as a sentence each; empty when there is none. */
export function checkLimits(limits: Limits): string[] {
  const ladder = ['modelTimeoutMs', 'workerBudgetMs', 'requestTimeoutMs', 'dispatchDeadlineMs'] as const;
  const problems = ladder
    .slice(1)
    .map((name, index) => [ladder[index] ?? name, name] as const)
    .filter(([shorter, longer]) => limits[shorter] >= limits[longer])
    .map(([shorter, longer]) => `${shorter}: expected less than ${longer} (${limits[longer]}), got ${limits[shorter]}`);
  if (3 * limits.heartbeatMs > limits.leaseMs) {
    problems.push(`heartbeatMs: expected at most a third of leaseMs (${limits.leaseMs}), got ${limits.heartbeatMs}`);
  }
  return problems;
}
