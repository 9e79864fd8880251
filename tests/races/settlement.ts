/**
 * Races of cancel, erase, finish, sweep and second deliveries, batch after batch, and all that has to hold afterwards.
 * The tests say how many and on which store.
 */
import * as assert from 'uvu/assert';
import type { RecordedMoves } from './recorded-moves.ts';
import { type PlanOptions, planBatch } from './settlement-plan.ts';
import { type Raced, race, type Stage } from './settlement-race.ts';
import { holdQuotas, holdSpend } from './settlement-sums.ts';
import { holdSettledOnce, type Settled } from './settlement-truth.ts';

export interface RacesOptions extends PlanOptions {
  readonly seed: number;
  readonly batches: number;
}

/** Throws what does not hold; resolves with what happened how often. */
export async function raceToSettlement(
  stage: Stage,
  moves: RecordedMoves,
  { seed, batches, ...options }: RacesOptions,
): Promise<ReadonlyMap<string, number>> {
  const happened = new Map<string, number>();
  const count = (what: string) => happened.set(what, (happened.get(what) ?? 0) + 1);
  const all: Settled[] = [];
  for (let batch = 0; batch < batches; batch++) {
    const raced = await race(stage, planBatch(seed, batch, options));
    const settled = await stage.each(raced, job => holdSettledOnce(stage.api, job, moves.of(job.id)));
    await holdQuotas(stage.api, settled);
    all.push(...settled);
    for (const [index, job] of raced.entries()) for (const what of storyOf(job, settled[index])) count(what);
  }
  await holdSpend(stage.api, all);
  const toldTwice = stage.told.filter((id, index) => stage.told.indexOf(id) !== index);
  assert.equal([toldTwice, stage.told.length], [[], all.length], 'the metrics hear of each end once');
  return happened;
}

/** Everything that a race of this size has to have seen, or it has proven less than it says. */
export function holdSeen(happened: ReadonlyMap<string, number>, stories: readonly string[], times: number): void {
  const seldom = stories.filter(story => (happened.get(story) ?? 0) < times);
  assert.equal(seldom, [], JSON.stringify([...happened]));
}

/** What such races bring about. */
export const EVERY_STORY = [
  ...['succeeded, captured', 'succeeded, released', 'blocked, released', 'failed, released'],
  ...['canceled, captured', 'canceled, released', 'erased'],
  ...['the cancel came too late', 'the cancel came while it was drawn', 'a report came too late'],
  ...['drawn more than once', 'taken for crashed'],
];

function storyOf({ answers, reports }: Raced, settled: Settled | undefined): string[] {
  if (!settled) return [];
  const { job, run } = settled;
  return [
    `${job.status}, ${job.charge}`,
    ...(reports.some(({ taken }) => !taken) ? ['a report came too late'] : []),
    ...(run.attempts.length > 1 ? ['drawn more than once'] : []),
    ...(answers.some(({ job: told }) => told.done && told.status !== 'canceled') ? ['the cancel came too late'] : []),
    ...(answers.some(({ job: told }) => told.cancelRequested) ? ['the cancel came while it was drawn'] : []),
    ...(job.erasedAt !== undefined ? ['erased'] : []),
    ...(run.attempts.some(({ outcome }) => outcome === 'crashed') ? ['taken for crashed'] : []),
  ];
}
