/**
 * The bell of the economy lane: one task for all jobs that come within a minute, delivered at its end. They are gathered
 * together, so that an upstream batch holds many of them.
 */
import { DOCUMENT_VERSION } from '../job.ts';
import type { Limits } from '../limits.ts';
import type { Task } from '../platform/queue.ts';

/** `fromMs`: since when there is something to gather. The same name for all of one window, so that it rings once. */
export function gatherTask(fromMs: number, { gatherMs }: Limits): Task {
  const window = Math.floor(fromMs / gatherMs) + 1;
  return {
    queue: 'upkeep',
    name: `gather-${window}`,
    kind: 'upkeep',
    payload: { what: 'gather', v: DOCUMENT_VERSION },
    notBefore: window * gatherMs,
  };
}
