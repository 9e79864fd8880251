/**
 * What the steps of the worker's flow work with, shared by all tasks of one process.
 */
import type { Engine } from '../common/engine.ts';
import type { Model } from '../common/platform/model.ts';
import type { ModelHealth } from './model-health.ts';
import type { Slots } from './slots.ts';

export interface Worker {
  readonly engine: Engine;
  readonly model: Model;
  readonly slots: Slots;
  readonly health: ModelHealth;
  /** Aborted when no work may begin any more, because the process is to end. */
  readonly draining: AbortSignal;
  /** Aborted when running work has to end too. */
  readonly stopping: AbortSignal;
}
