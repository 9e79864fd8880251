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
  'canceling',
  'webhook-sent',
  'object-written',
  'object-renamed',
] as const;
export type PointName = (typeof POINTS)[number];
export type Point = (name: PointName) => void | Promise<void>;

export const noPoint: Point = () => {};
