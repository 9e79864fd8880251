/**
 * How much decoding goes on in a process at once, over all its jobs. A decoded photo takes hundreds of times the memory
 * of its file, so the bound is on pixels; and each decoder occupies one of the four threads on which Node also reads and
 * writes files, so it leaves some of them free. Both are handed out in the order of asking.
 */
import pLimit from 'p-limit';
import type { Engine } from '../common/engine.ts';

/** Resolves when so many pixels may be decoded; to be asked once. They are given back when the work ends. */
export type TakePixels = (weightPx: number) => Promise<void>;

export interface PixelGate {
  /** Runs `work` in one of the places. */
  use<T>(work: (take: TakePixels) => Promise<T>): Promise<T>;
}

export const PIXELS_MAX = 60_000_000;
const PLACES = 2;

export function createPixelGate({ pixelsMax = PIXELS_MAX, places = PLACES } = {}): PixelGate {
  const inPlace = pLimit(places);
  const waiting: { readonly weightPx: number; readonly enter: () => void }[] = [];
  let inFlightPx = 0;

  const admit = () => {
    for (let next = waiting[0]; next; next = waiting[0]) {
      // What is larger than the whole gate passes alone.
      if (inFlightPx > 0 && inFlightPx + next.weightPx > pixelsMax) return;
      waiting.shift();
      inFlightPx += next.weightPx;
      next.enter();
    }
  };

  return {
    use: work =>
      inPlace(async () => {
        let takenPx = 0;
        try {
          return await work(weightPx => {
            if (takenPx > 0) throw new Error('pixels are taken once');
            takenPx = weightPx;
            return new Promise(enter => {
              waiting.push({ weightPx, enter });
              admit();
            });
          });
        } finally {
          inFlightPx -= takenPx;
          admit();
        }
      }),
  };
}

const gates = new WeakMap<Engine, PixelGate>();

/** The gate of the process, whose jobs all share one engine. */
export function pixelGateOf(engine: Engine): PixelGate {
  const gate = gates.get(engine) ?? createPixelGate();
  gates.set(engine, gate);
  return gate;
}
