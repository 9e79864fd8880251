/**
 * Who does what to a job while its model call is under way, drawn from a seed: what the call brings, when the owner
 * gives the job up or has it erased, and when its task comes again. A seed and the number of a batch make the same plan
 * again, whatever the other batches did.
 */
import type { Random } from '../../common/clock.ts';
import type { Output } from '../../common/job.ts';
import type { AttemptEnd } from '../../common/jobs/finish.ts';
import { DEFAULT_MODEL } from '../../common/models.ts';
import type { OutcomeCode } from '../../common/outcomes.ts';
import { USAGE } from '../doubles/test-model.ts';
import { seededRandom } from '../test-clock.ts';

/** A moment within the race, in [0, 1). */
export type Moment = number;

export interface JobPlan {
  readonly customer: string;
  readonly prompt: string;
  /** What the call under way brings, and when. */
  readonly end: AttemptEnd;
  readonly endsAt: Moment;
  /** The worker's heartbeat comes right before, so that it may hear of the cancel first. */
  readonly beats: boolean;
  readonly owner: readonly { readonly wish: OwnerWish; readonly at: Moment }[];
  /** The task comes a second time, to a worker that draws by itself if the first one's lease has run out. */
  readonly again?: { readonly at: Moment; readonly end: AttemptEnd };
}

export type OwnerWish = 'cancel' | 'erase';

export interface BatchPlan {
  /** The lease of every job has run out although its worker is alive: sweepers come too. */
  readonly expired: boolean;
  readonly sweepsAt: readonly Moment[];
  readonly jobs: readonly JobPlan[];
}

export interface PlanOptions {
  readonly jobs: number;
  /** Jobs of one customer, whose releases compete for one document. */
  readonly perCustomer: number;
  /** Share of the jobs whose task comes again. */
  readonly again: number;
}

export function planBatch(seed: number, batch: number, { jobs, perCustomer, again }: PlanOptions): BatchPlan {
  const random = seededRandom(seed + 7_919 * batch);
  const expired = batch % 2 === 1;
  return {
    expired,
    sweepsAt: expired ? [random.fraction() / 3, random.fraction()] : [],
    jobs: Array.from({ length: jobs }, (_, index) => ({
      customer: `customer-${batch}-${Math.floor(index / perCustomer)}`,
      prompt: `wish ${batch}-${index}`,
      end: drawn(ENDS, random),
      endsAt: random.fraction(),
      beats: random.fraction() < 0.3,
      owner: drawn(OWNERS, random).map(wish => ({ wish, at: random.fraction() })),
      ...(random.fraction() < again ? { again: { at: random.fraction(), end: drawn(ENDS, random) } } : {}),
    })),
  };
}

type Weighed<T> = readonly (readonly [weight: number, value: T])[];

const OWNERS: Weighed<readonly OwnerWish[]> = [
  [6, ['cancel']],
  [2, ['cancel', 'cancel']],
  [2, ['erase']],
  [1, ['cancel', 'erase']],
  [1, []],
];

const OUTPUT: Output = {
  contentType: 'image/png',
  ...{ width: 1, height: 1, bytes: 1, sha256: '', placeholder: '', expiresAt: 0 },
};
/** Found in the bucket: nothing was asked of the model. */
const FOUND = { kind: 'delivered', output: OUTPUT, outputPath: 'cache/ab/abcd', reused: false } as const;

export const DELIVERED: AttemptEnd = { ...FOUND, drawn: { model: DEFAULT_MODEL, usage: USAGE } };

const ENDS: Weighed<AttemptEnd> = [
  [8, DELIVERED],
  [1, FOUND],
  [1, { ...FOUND, reused: true }],
  [4, failed('content_blocked')],
  [2, failed('bad_key')],
  [2, failed('no_image')],
  [2, failed('overloaded')],
  [2, failed('timeout')],
  [1, { ...failed('storage_unavailable'), usage: USAGE }],
  // Before the model was asked.
  [1, { ...failed('input_unreadable'), called: false }],
];

function failed(code: OutcomeCode): Extract<AttemptEnd, { kind: 'failed' }> {
  return { kind: 'failed', code, called: true };
}

/** One of those, as likely as its weight says. */
function drawn<T>(choices: Weighed<T>, random: Random): T {
  let dice = random.fraction() * choices.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, value] of choices) {
    dice -= weight;
    if (dice < 0) return value;
  }
  throw new Error('no choice is left');
}
