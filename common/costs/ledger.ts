/**
 * What the ledger of a run books, and where: pure, and the one definition of every figure of the costs. A row counts
 * once it is closed, on the day that carries its estimate in the day's spend; what is under way is the budget's matter.
 */
import type { Attempt, Lane, Run } from '../job.ts';
import { dayOf } from '../quota.ts';

/** By what the costs can be shown, beside the day. Each dimension by itself adds up to the whole. */
export const DIMENSIONS = ['style', 'model', 'shop', 'tier'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/**
 * `microUsd` is what the rows weigh in all, `possiblyMicroUsd` the part of it that may not have been billed; `pictures`
 * were drawn and delivered, `reused` were there already and delivered for nothing. All integers.
 */
export const FIGURES = ['microUsd', 'possiblyMicroUsd', 'attempts', 'pictures', 'reused'] as const;
export type Figure = (typeof FIGURES)[number];
export type Figures = { readonly [figure in Figure]: number };

/** Instead of a style, of a wish in the shopper's own words. No style can be called so. */
export const OWN_WORDS = '(prompt)';

/** By day (YYYY-MM-DD, UTC), then by field: see `fieldOf`. Without zeros. */
export type Bookings = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** What a row weighs: its estimate until the true cost is known, and ever after if it never is. Micro-dollars. */
export function carriedMicroUsd(attempt: Pick<Attempt, 'costMicroUsd' | 'estimateMicroUsd'>): number {
  return attempt.costMicroUsd ?? attempt.estimateMicroUsd;
}

/** Of a run that is not there: nothing. */
export function bookingsOf(run: Run | undefined): Bookings {
  const days = new Map<string, Map<string, number>>();
  if (!run) return days;
  const book = (day: string, keys: Keys, figures: Partial<Figures>) => {
    const fields = days.get(day) ?? new Map<string, number>();
    days.set(day, fields);
    for (const dimension of DIMENSIONS) {
      for (const [figure, amount] of Object.entries(figures) as [Figure, number][]) {
        add(fields, fieldOf(dimension, keys[dimension], figure), amount);
      }
    }
  };
  for (const attempt of run.attempts) {
    if (attempt.endedAt !== undefined) book(attempt.spendDay, keysOf(run, attempt), figuresOf(attempt));
  }
  if (run.status === 'succeeded') bookPicture(run, book);
  return days;
}

/** By how much each field changes. What both have alike is left out. */
export function changeOf(before: Run | undefined, after: Run): Bookings {
  const days = new Map<string, Map<string, number>>();
  const apply = (bookings: Bookings, sign: 1 | -1) => {
    for (const [day, booked] of bookings) {
      const fields = days.get(day) ?? new Map<string, number>();
      days.set(day, fields);
      for (const [field, amount] of booked) add(fields, field, sign * amount);
    }
  };
  apply(bookingsOf(before), -1);
  apply(bookingsOf(after), 1);
  for (const [day, fields] of days) if (fields.size === 0) days.delete(day);
  return days;
}

/** Such as `style:ink-wash:microUsd`. A key may hold colons itself. */
export function fieldOf(dimension: Dimension, key: string, figure: Figure): string {
  return `${dimension}:${key}:${figure}`;
}

/** Undefined for any other field of a document. */
export function partsOf(field: string): { dimension: Dimension; key: string; figure: Figure } | undefined {
  const [, dimension, key, figure] = /^([a-z]+):(.*):([a-zA-Z]+)$/s.exec(field) ?? [];
  const isOurs = DIMENSIONS.includes(dimension as Dimension) && FIGURES.includes(figure as Figure);
  return isOurs && key !== undefined ? { dimension: dimension as Dimension, key, figure: figure as Figure } : undefined;
}

type Keys = { readonly [dimension in Dimension]: string };

function keysOf(run: Run, attempt?: Attempt): Keys {
  return {
    style: run.style ?? OWN_WORDS,
    model: attempt?.model ?? run.model,
    shop: run.shop,
    tier: tierOf(run, attempt),
  };
}

/** A part of an upstream batch is economy, and half the price, whatever became of the job since. */
function tierOf({ lane }: Run, attempt?: Attempt): Lane {
  if (attempt?.upstreamBatch !== undefined) return 'economy';
  return attempt?.lane ?? lane;
}

function figuresOf(attempt: Attempt): Partial<Figures> {
  const microUsd = carriedMicroUsd(attempt);
  return { attempts: 1, microUsd, possiblyMicroUsd: attempt.billed === 'possibly' ? microUsd : 0 };
}

/**
 * With the attempt that brought it, so that the price of a picture divides what belongs together; one that was there at
 * the submit took none. A worker that finds its own picture after a crash has drawn it.
 */
function bookPicture(run: Run, book: (day: string, keys: Keys, figures: Partial<Figures>) => void): void {
  const attempt = run.attempts.at(-1);
  const day = attempt?.spendDay ?? dayOf(run.finishedAt ?? run.createdAt);
  book(day, keysOf(run, attempt), run.reused ? { reused: 1 } : { pictures: 1 });
}

function add(fields: Map<string, number>, field: string, amount: number): void {
  const sum = (fields.get(field) ?? 0) + amount;
  if (sum === 0) fields.delete(field);
  else fields.set(field, sum);
}
