/**
 * What of the figures needs a hand, and what ends within the hour: pure, so that a script that asks every minute and a
 * person who asks at night are told the same.
 */
import type { StatsAnswer } from './admin-answers.ts';
import { spanText } from './time-text.ts';

const HOUR_MS = 3_600_000;
/** A shopper does not wait so long, and a task that was lost is found again by then. */
const OLDEST_MAX_S = 120;
/** The scheduler sweeps each minute. */
const SWEEP_MAX_MS = 5 * 60_000;
/** Of the day's budget: the last of the thresholds that are told before it is used up. */
const SPENT_MAX_PERCENT = 90;
/** As the alert of the error rate: a share of the last jobs, and not of three. */
const FAILED_MAX = 0.05;
const FAILED_LEAST = 5;
/** Declined by the safety rules: nobody's fault, and nothing that an operator mends. */
const NO_FAULT = 'content_blocked';

/** A sentence each, the gravest first; empty when all is well. */
export function needsHand(stats: StatsAnswer, nowMs: number): string[] {
  return [
    ...(stats.intake.open ? [] : [`Intake is closed: ${stats.intake.reason ?? 'no reason given'}.`]),
    ...stats.queues.flatMap(({ name, state, because = 'nobody we know', reason }) =>
      state === 'paused' ? [`The queue ${name} is paused by ${because}${reason ? `: ${reason}` : ''}.`] : [],
    ),
    ...stats.queues.flatMap(({ name, state, oldestWaitingSeconds: seconds = 0 }) =>
      state === 'running' && name === 'interactive' && seconds > OLDEST_MAX_S
        ? [`The oldest job of ${name} has been waiting for ${spanText(seconds * 1_000)}.`]
        : [],
    ),
    ...stats.models.flatMap(({ id, circuit }) => (circuit === 'open' ? [`The model ${id} does not answer.`] : [])),
    ...money(stats),
    ...failures(stats),
    ...sweeper(stats, nowMs),
  ];
}

/** Pauses, overrides and the like that end by themselves within the hour. */
export function endsSoon(stats: StatsAnswer, nowMs: number): { readonly what: string; readonly at: string }[] {
  const { intake, queues, budget, models, ceiling } = stats;
  const all = [
    { what: 'closed intake', at: intake.until },
    ...queues.map(({ name, until }) => ({ what: `pause of ${name}`, at: until })),
    { what: "the budget's override", at: budget.override?.until },
    ...models.map(({ id, held }) => ({ what: `hold of ${id}`, at: held?.until })),
    { what: 'ceiling', at: ceiling.until },
  ];
  return all.flatMap(({ what, at }) => (at !== undefined && Date.parse(at) - nowMs < HOUR_MS ? [{ what, at }] : []));
}

function money({ budget: { spentUsd, capUsd } }: StatsAnswer): string[] {
  if (capUsd === null) return [];
  const percent = capUsd === 0 ? 100 : Math.floor((spentUsd / capUsd) * 100);
  return percent >= SPENT_MAX_PERCENT ? [`${percent} % of the day's budget are spent.`] : [];
}

function failures({ last: { finished, codes } }: StatsAnswer): string[] {
  const failed = codes.filter(({ code }) => code !== NO_FAULT);
  const count = failed.reduce((sum, one) => sum + one.count, 0);
  if (count < FAILED_LEAST || count <= finished * FAILED_MAX) return [];
  return [`${count} of the last ${finished} jobs failed (${failed.map(({ code }) => code).join(', ')}).`];
}

function sweeper({ sweptAt }: StatsAnswer, nowMs: number): string[] {
  if (sweptAt !== undefined && nowMs - Date.parse(sweptAt) <= SWEEP_MAX_MS) return [];
  return [`Nobody has swept ${sweptAt === undefined ? 'yet' : `since ${sweptAt}`}: is a worker up?`];
}
