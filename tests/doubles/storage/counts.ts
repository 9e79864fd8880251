/**
 * Counts what the storage double did, by the classes that Cloud Storage bills: A for writes and listings, B for reads,
 * deletes are free. https://cloud.google.com/storage/pricing
 */
import type { Operation } from './exchange.ts';

export interface OperationClasses {
  readonly a: number;
  readonly b: number;
  readonly free: number;
}

const CLASS_A: readonly Operation[] = ['insert', 'rewrite', 'patch', 'list', 'signedPut'];
const CLASS_B: readonly Operation[] = ['stat', 'media', 'bucket', 'signedGet'];
const FREE: readonly Operation[] = ['delete'];

export function createCounts() {
  const counts = new Map<Operation, number>();
  const sum = (operations: readonly Operation[]) =>
    operations.reduce((total, operation) => total + (counts.get(operation) ?? 0), 0);
  return {
    add: (operation: Operation): void => void counts.set(operation, (counts.get(operation) ?? 0) + 1),
    operations: (): { [operation in Operation]?: number } => Object.fromEntries(counts),
    classes: (): OperationClasses => ({ a: sum(CLASS_A), b: sum(CLASS_B), free: sum(FREE) }),
  };
}
