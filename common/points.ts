/**
 * Named crash points: places at which a test ends or stalls the process to prove that nothing is lost. In production
 * `point` is `noPoint`. A point stands after the effect it names: `admitted` means the job is committed and its task
 * is not yet enqueued.
 */
export const POINTS = [
  'input-stored',
  'admitted',
  'rung',
  'batch-input-stored',
  'batch-admitted',
  'batch-canceling',
  'batch-checked',
  'child-input-stored',
  'child-admitted',
  'part-made',
  'batch-retrying',
  'answered',
  'delivered',
  'claimed',
  'loaded',
  'calling',
  'drawn',
  'verified',
  'uploaded',
  'finished',
  'renewing',
  'sweeping',
  'bulk-stepped',
  'bulk-rung',
  'erasure-stepped',
  'webhook-sent',
  'upstream-begun',
  'upstream-claimed',
  'upstream-uploaded',
  'upstream-creating',
  'upstream-created',
  'upstream-noted',
  'upstream-stored',
  'upstream-copied',
  'upstream-fell-back',
  'upstream-settled',
  'object-written',
  'object-renamed',
] as const;
export type PointName = (typeof POINTS)[number];
export type Point = (name: PointName) => void | Promise<void>;

export const noPoint: Point = () => {};
