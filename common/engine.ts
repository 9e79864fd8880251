/**
 * What the domain stands on: the seams, time and chance, and the settings that its rules need. Put together once by
 * the process that starts (`infra-scripts/local`, `api/server.ts`, `worker/server.ts`) or by a test, then handed on.
 */

import { createBudgetGate } from './budget.ts';
import type { Clock, Random } from './clock.ts';
import type { Limits } from './limits.ts';
import { createLine, type Line } from './line.ts';
import type { Log } from './log.ts';
import { type Metrics, noMetrics } from './metrics.ts';
import type { Catalogue } from './models.ts';
import type { Bucket } from './platform/bucket.ts';
import type { Queue } from './platform/queue.ts';
import type { Store } from './platform/store.ts';
import type { Point } from './points.ts';
import type { Settings } from './settings.ts';

export interface Engine {
  readonly store: Store;
  readonly queue: Queue;
  readonly bucket: Bucket;
  readonly clock: Clock;
  readonly random: Random;
  readonly point: Point;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly limits: Limits;
  readonly settings: Settings;
  readonly catalogue: Catalogue;
  readonly line: Line;
  /** Whether today's budget has room. */
  readonly budgetOpen: () => Promise<boolean>;
}

/** What a process puts together. Without `metrics` nothing is counted. */
export type EngineParts = Omit<Engine, 'line' | 'budgetOpen' | 'metrics'> & { readonly metrics?: Metrics };

/** One per process: it holds the lines and the budget's short memory. */
export function createEngine(parts: EngineParts): Engine {
  return { metrics: noMetrics, ...parts, line: createLine(), budgetOpen: createBudgetGate(parts) };
}
