/**
 * How long drawing takes, measured: from the newest finished runs and from those under way, by model. Nothing is written
 * for it, so that no document is shared by jobs that finish.
 */
import { runs } from '../../common/collections.ts';
import type { Engine } from '../../common/engine.ts';
import type { Run } from '../../common/job.ts';

/** One attempt that brought a picture, or one under way: then `ms` is what it has taken so far. */
export interface Sample {
  readonly model: string;
  readonly ms: number;
  readonly ended: boolean;
}

export interface ServiceTimes {
  /** What an attempt of the model, or of any, takes on average, in ms; undefined before the first picture was drawn. */
  typicalMs(model?: string): number | undefined;
  /** What remains on average of an attempt that has taken `elapsedMs` so far. */
  remainingMs(model: string, elapsedMs: number): number | undefined;
  /** After which time so many of them (`share`, 0 to 1) have ended. */
  endedByMs(model: string, elapsedMs: number, share: number): number | undefined;
}

/** Each is a read, which a shop with few jobs pays at each visit. */
const NEWEST_RUNS = 100;
/** One read in so much time on average: few are looked at often, as each more says much. All take half a minute. */
const READ_EVERY_MS = 300;

/** The attempts of the newest finished runs, of the lanes that have a queue, as of at most half a minute ago. */
export function createMeasured({ store, clock }: Pick<Engine, 'store' | 'clock'>): () => Promise<readonly Sample[]> {
  let asked: { until: number; samples: Promise<readonly Sample[]> } | undefined;
  return () => {
    const now = clock.now();
    if (!asked || now >= asked.until) {
      const page = store.list({ from: runs, orderBy: ['finishedAt', 'desc'], limit: NEWEST_RUNS });
      const look = {
        until: now + READ_EVERY_MS,
        samples: page.then(({ items }) => {
          look.until = now + READ_EVERY_MS * Math.max(1, items.length);
          return items.flatMap(samplesOf);
        }),
      };
      look.samples.catch(() => {
        if (asked === look) asked = undefined;
      });
      asked = look;
    }
    return asked.samples;
  };
}

function samplesOf({ attempts }: Run): Sample[] {
  return attempts.flatMap(({ model, outcome, startedAt, endedAt, upstreamBatch }) =>
    outcome === 'succeeded' && endedAt !== undefined && upstreamBatch === undefined
      ? [{ model, ms: Math.max(0, endedAt - startedAt), ended: true }]
      : [],
  );
}

export function serviceTimes(samples: readonly Sample[]): ServiceTimes {
  const all = survival(samples);
  const byModel = new Map<string, Survival>();
  for (const [model, some] of Map.groupBy(samples, ({ model }) => model)) byModel.set(model, survival(some));
  // A model that has drawn nothing yet is expected to take as long as the others do.
  const of = (model = '') => (byModel.get(model)?.known ? byModel.get(model) : all);
  const remainingMs = (model: string | undefined, elapsedMs: number) => of(model)?.meanBeyond(elapsedMs);
  return {
    remainingMs,
    typicalMs: model => remainingMs(model, 0),
    endedByMs: (model, elapsedMs, share) => of(model)?.quantileBeyond(elapsedMs, share),
  };
}

interface Survival {
  /** Whether any has ended. */
  readonly known: boolean;
  /** What one that has taken so long takes on average from there on. */
  meanBeyond(elapsedMs: number): number | undefined;
  quantileBeyond(elapsedMs: number, share: number): number | undefined;
}

/**
 * The estimate of Kaplan and Meier. The ended ones alone would be the short ones whenever work has just begun: those
 * under way tell that others take longer. Beyond the longest that is known the rest is taken to be exponential.
 */
function survival(samples: readonly Sample[]): Survival {
  const sorted = samples.toSorted((a, b) => a.ms - b.ms);
  const ended = sorted.filter(sample => sample.ended).length;
  const tailMs = sorted.reduce((sum, { ms }) => sum + ms, 0) / Math.max(1, ended);
  const steps = [{ fromMs: 0, share: 1 }];
  for (const [index, sample] of sorted.entries()) {
    const share = steps.at(-1)?.share ?? 1;
    const left = sorted.length - index;
    if (sample.ended) steps.push({ fromMs: sample.ms, share: (share * (left - 1)) / left });
  }
  const reachedBy = (elapsedMs: number) => steps.findLast(({ fromMs }) => fromMs <= elapsedMs)?.share ?? 1;
  const last = steps.at(-1) ?? { fromMs: 0, share: 1 };
  return {
    known: ended > 0,
    quantileBeyond(elapsedMs, share) {
      if (ended === 0) return undefined;
      const reached = reachedBy(elapsedMs);
      if (reached === 0) return -tailMs * Math.log(1 - share);
      const wanted = reached * (1 - share);
      const step = steps.find(({ fromMs, share: left }) => fromMs > elapsedMs && left <= wanted);
      if (step) return step.fromMs - elapsedMs;
      return Math.max(0, last.fromMs - elapsedMs) + tailMs * Math.log(last.share / wanted);
    },
    meanBeyond(elapsedMs) {
      if (ended === 0) return undefined;
      const reached = reachedBy(elapsedMs);
      // Longer than any before: nothing is known but that it has not ended.
      if (reached === 0) return tailMs;
      const area = steps.reduce((sum, { fromMs, share }, index) => {
        const toMs = steps[index + 1]?.fromMs ?? fromMs;
        return sum + share * Math.max(0, toMs - Math.max(fromMs, elapsedMs));
      }, 0);
      return (area + last.share * tailMs) / reached;
    },
  };
}
