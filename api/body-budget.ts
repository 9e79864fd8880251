/**
 * How many bytes of photos and bodies this process holds in memory at once. Beyond the bound a request is told to come
 * back, before any of its body is read, so that many large photos at once cannot end the process.
 */
import { ProblemError } from '../common/errors.ts';

const IN_FLIGHT_BYTES_MAX = 256 * 2 ** 20;
/** What photos on their way from other servers may take of it: hosts that are slow must not keep uploads out. */
export const FETCHED_BYTES_MAX = IN_FLIGHT_BYTES_MAX / 2;
const RETRY_S = 2;

export interface BodyBudget {
  /** Runs `work` while `bytes` are set aside for it. Throws `overloaded` when there is no room. */
  hold<T>(bytes: number, work: (more: SetAside) => Promise<T>): Promise<T>;
}

/** Sets more bytes aside until the work is done. Throws `overloaded` when there is no room. */
export type SetAside = (bytes: number) => void;

export function createBodyBudget(bytesMax = IN_FLIGHT_BYTES_MAX): BodyBudget {
  let held = 0;
  return {
    async hold(bytes, work) {
      let mine = 0;
      const more: SetAside = wanted => {
        if (held + wanted > bytesMax)
          throw new ProblemError('overloaded', { headers: { 'Retry-After': String(RETRY_S) } });
        held += wanted;
        mine += wanted;
      };
      more(bytes);
      try {
        return await work(more);
      } finally {
        held -= mine;
      }
    },
  };
}
