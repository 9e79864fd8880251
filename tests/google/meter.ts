/**
 * What an action costs in operations that Google bills, counted where they arrive: Firestore at the wire before the
 * emulator, Cloud Tasks and Cloud Storage by their doubles, calls of the model by its stand-in.
 */
import { waitFor } from '../wait-for.ts';
import type { WholeWorld } from './whole-world.ts';

/** Numbers of operations. */
export interface Operations {
  readonly reads: number;
  readonly writes: number;
  readonly deletes: number;
  /** Calls of Cloud Tasks, and deliveries. */
  readonly tasks: number;
  readonly classA: number;
  readonly classB: number;
  readonly modelCalls: number;
}

export const NOTHING: Operations = { reads: 0, writes: 0, deletes: 0, tasks: 0, classA: 0, classB: 0, modelCalls: 0 };

export interface Meter {
  /**
   * What is billed while `action` runs. Before it the services have forgotten all that they remember for a while, and
   * then looked up again what they remember for long: callers and shops. With `soon` nothing has been forgotten.
   */
  measure(action: () => Promise<unknown>, options?: MeasureOptions): Promise<Operations>;
  /** From now on this caller counts among what is remembered for long. */
  remember(token: string): void;
  /** Resolves when no task waits and none is under delivery. */
  delivered(): Promise<void>;
}

export interface MeasureOptions {
  /** What has to have happened at the same time and is not counted. */
  readonly prepare?: () => Promise<unknown>;
  readonly soon?: boolean;
}

/** Callers and shops are remembered for 30 s, everything else for two at most. */
const FORGOTTEN_MS = 31_000;
const QUEUES = ['easel-interactive', 'easel-bulk', 'easel-upkeep'];

export function createMeter(world: WholeWorld): Meter {
  const { api, keys, tasks } = world;
  const callers = [keys.server, keys.admin];
  return {
    remember: token => callers.push(token),
    async measure(action, { prepare = async () => {}, soon = false } = {}) {
      if (!soon) {
        await world.skip(FORGOTTEN_MS);
        for (const token of callers) await api.call('GET', '/v1/styles', { token });
      }
      await prepare();
      const before = count(world);
      await action();
      return plus(count(world), before, -1);
    },
    async delivered() {
      const left = () => QUEUES.flatMap(id => tasks.tasks(id)).length + tasks.underDelivery();
      await waitFor('the deliveries to end', () => left() === 0, { limitMs: 30_000 });
    },
  };
}

/** `operations` and so many times `others`. */
export function plus(operations: Operations, others: Operations, times = 1): Operations {
  const names = Object.keys(operations) as (keyof Operations)[];
  const sums = names.map(name => [name, operations[name] + times * others[name]]);
  return Object.fromEntries(sums) as { [name in keyof Operations]: number };
}

function count({ firestore, tasks, storage, model }: WholeWorld): Operations {
  const { a: classA, b: classB } = storage.classes();
  const calls = Object.values(tasks.operations).reduce((sum, number) => sum + number, 0);
  return { ...firestore.billed(), tasks: calls, classA, classB, modelCalls: model.calls.length };
}
