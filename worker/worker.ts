/**
 * What the steps of the worker's flow work with, shared by all tasks of one process.
 */
import type { Controls } from '../common/controls.ts';
import type { Engine } from '../common/engine.ts';
import type { BatchModel } from '../common/platform/batch-model.ts';
import type { Model } from '../common/platform/model.ts';
import type { ModelHealth } from './model-health.ts';
import type { Slots } from './slots.ts';

export interface Worker {
  readonly engine: Engine;
  readonly model: Model;
  readonly slots: Slots;
  readonly health: ModelHealth;
  /** What operators hold back, as of a few seconds ago. */
  readonly controls: () => Promise<Controls>;
  /** Aborted when no work may begin any more, because the process is to end. */
  readonly draining: AbortSignal;
  /** Aborted when running work has to end too. */
  readonly stopping: AbortSignal;
}

/** What the tasks of the economy lane work with beside it. */
export interface EconomyWorker extends Worker {
  /** What draws upstream batches; or why there is none, in words that follow a colon. */
  readonly batches: BatchModel | NoBatches;
  /** Of upstream batches under way in this process: their requests and results are large. */
  readonly batchSlots: Slots;
}

export interface NoBatches {
  readonly unavailable: string;
}
