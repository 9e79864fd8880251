/**
 * Switches that an operator sets: closed intake, a budget beyond the usual. Each has a reason, and most of them an end,
 * after which it is as if it had never been set. Pauses of queues are switches too, see `pause.ts`.
 */
import type { Clock } from './clock.ts';
import { switches } from './collections.ts';
import type { Switch } from './documents.ts';
import type { Store } from './platform/store.ts';

/** The switch while it is on and its time is not over. */
export async function activeSwitch(store: Pick<Store, 'get'>, id: string, nowMs: number): Promise<Switch | undefined> {
  const found = await store.get(switches, id);
  return found?.on && (found.until === undefined || found.until > nowMs) ? found : undefined;
}

export const INTAKE = 'intake';
const INTAKE_CACHE_MS = 1_000;

/** Whether new jobs are refused, asked at most once a second. */
export type IntakeClosed = () => Promise<Switch | undefined>;

export function createIntake({ store, clock }: { store: Pick<Store, 'get'>; clock: Clock }): IntakeClosed {
  let asked: { at: number; closed: Promise<Switch | undefined> } | undefined;
  return () => {
    const now = clock.now();
    if (!asked || now - asked.at >= INTAKE_CACHE_MS) {
      const looked = { at: now, closed: activeSwitch(store, INTAKE, now) };
      looked.closed.catch(() => {
        if (asked === looked) asked = undefined;
      });
      asked = looked;
    }
    return asked.closed;
  };
}
