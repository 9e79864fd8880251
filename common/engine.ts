/**
 * What the domain stands on: the seams, time and chance, and the settings that its rules need. Put together once by
 * the process that starts (`infra-scripts/local`, `api/server.ts`, `worker/server.ts`) or by a test, then handed on.
 */

import { type Budget, createBudget } from './budget.ts';
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
import { createIntake, type IntakeClosed } from './switches.ts';

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
  readonly budget: Budget;
  readonly intakeClosed: IntakeClosed;
}

/** What a process puts together. Without `metrics` nothing is counted. */
export type EngineParts = Omit<Engine, 'line' | 'budget' | 'intakeClosed' | 'metrics'> & { readonly metrics?: Metrics };

/** One per process: it holds the lines, and a short memory of budgets and switches. */
export function createEngine(parts: EngineParts): Engine {
  return {
    metrics: noMetrics,
    ...parts,
    line: createLine(),
    budget: createBudget(parts),
    intakeClosed: createIntake(parts),
  };
}
