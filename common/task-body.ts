/**
 * A task on the wire, as a queue that delivers over HTTP carries it: a small JSON of ids. Whoever reads it believes
 * nothing but the form; what is true stands in the store.
 */
import { z } from 'zod';
import { QUEUES, type Task } from './platform/queue.ts';

const taskBody = z.object({
  queue: z.enum(QUEUES),
  name: z.string().regex(/^[A-Za-z0-9_-]{1,200}$/),
  kind: z.enum(['job', 'upkeep']),
  payload: z.record(z.string(), z.union([z.string(), z.number()])),
});

export function encodeTask({ queue, name, kind, payload }: Task): string {
  return JSON.stringify({ queue, name, kind, payload });
}

/** Undefined for whatever is no task. Fields that this version does not know are ignored. */
export function decodeTask(text: string): Task | undefined {
  try {
    return taskBody.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
