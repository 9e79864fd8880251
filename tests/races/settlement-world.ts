/**
 * The stage of `settlement-race.ts` on SQLite: one engine plays API, worker and sweeper, as on the embedded platform,
 * and a moment is a turn of the event loop, which is also what commits come together in.
 */
import type { Engine } from '../../common/engine.ts';
import type { Run } from '../../common/job.ts';
import { type Metrics, noMetrics } from '../../common/metrics.ts';
import { inWorld } from '../world.ts';
import { type RecordedMoves, recordMoves } from './recorded-moves.ts';
import type { Stage } from './settlement-race.ts';

/** All that competes for a job begins within so many turns: close enough that most of it overlaps. */
const TURNS = 12;
/** Nothing may end because there was no money. */
export const BUDGET_MICRO_USD = 1_000_000_000_000;

export function inSettlementWorld(body: (stage: Stage, moves: RecordedMoves) => Promise<void>): () => Promise<void> {
  const moves = recordMoves();
  return inWorld(
    async world => {
      const { metrics, told } = listen();
      const engine: Engine = { ...world.engine, metrics };
      const parts = { api: engine, worker: engine, sweeper: engine, clock: world.clock, submission: world.submission };
      await body({ ...parts, told, moment: turns, each: (items, work) => Promise.all(items.map(work)) }, moves);
    },
    { budgetMicroUsd: BUDGET_MICRO_USD, around: ({ store }) => ({ store: moves.around(store) }) },
  );
}

/** Metrics that note whose end they are told. */
export function listen(): { readonly metrics: Metrics; readonly told: readonly string[] } {
  const told: string[] = [];
  return { told, metrics: { ...noMetrics, jobEnded: run => void told.push((run as Run).id) } };
}

async function turns(at: number): Promise<void> {
  for (let turn = 0; turn < Math.floor(at * TURNS); turn++) await new Promise(resolve => setImmediate(resolve));
}
