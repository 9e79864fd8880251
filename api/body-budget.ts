/**
 * How many bytes of request bodies this process holds in memory at once. Beyond the bound a request is told to come
 * back, before any of its body is read, so that many large photos at once cannot end the process.
 */
import { ProblemError } from '../common/errors.ts';

const IN_FLIGHT_BYTES_MAX = 256 * 2 ** 20;
const RETRY_S = 2;

export interface BodyBudget {
  /** Runs `work` while `bytes` are set aside for it. Throws `overloaded` when there is no room. */
  hold<T>(bytes: number, work: () => Promise<T>): Promise<T>;
}

export function createBodyBudget(bytesMax = IN_FLIGHT_BYTES_MAX): BodyBudget {
  let held = 0;
  return {
    async hold(bytes, work) {
      if (held + bytes > bytesMax)
        throw new ProblemError('overloaded', { headers: { 'Retry-After': String(RETRY_S) } });
      held += bytes;
      try {
        return await work();
      } finally {
        held -= bytes;
      }
    },
  };
}
