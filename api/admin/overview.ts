/**
 * What the overview shows beyond counts of this moment: the last finished jobs and the last hours. Remembered for some
 * seconds by the process, so that several consoles cost what one does.
 */
import type { HourStats } from '../../common/documents.ts';
import type { Engine } from '../../common/engine.ts';
import { type FinishedSample, finishedSample } from '../../common/finished-sample.ts';
import { readHours } from '../../common/hourly-stats.ts';

const BELIEVED_MS = 10_000;
const HOURS = 24;

export interface Overview {
  readonly sample: FinishedSample;
  readonly hours: readonly HourStats[];
}

export function createOverview({ store, clock }: Pick<Engine, 'store' | 'clock'>): () => Promise<Overview> {
  let asked: { at: number; seen: Promise<Overview> } | undefined;
  return () => {
    const now = clock.now();
    if (!asked || now - asked.at >= BELIEVED_MS) {
      const looked = { at: now, seen: look(store, now) };
      looked.seen.catch(() => {
        if (asked === looked) asked = undefined;
      });
      asked = looked;
    }
    return asked.seen;
  };
}

async function look(store: Engine['store'], now: number): Promise<Overview> {
  const [sample, hours] = await Promise.all([finishedSample(store), readHours(store, now, HOURS)]);
  return { sample, hours };
}
