/**
 * Who draws upstream batches for this process; or why nobody does, which is what jobs of the economy lane are told when
 * bulk draws them.
 */

import type { ConnectOptions } from './connect-models.ts';
import { createGeminiBatches } from './gemini-batch.ts';
import type { EconomyWorker } from './worker.ts';

export function connectBatches({ gemini, catalogue, clock }: ConnectOptions): EconomyWorker['batches'] {
  if (!gemini) return { unavailable: 'without a key of Gemini this service draws offline, at no cost' };
  const { access, ...rest } = gemini;
  if (!('apiKey' in access)) {
    return {
      unavailable:
        'Gemini is reached through Vertex AI, whose batches read from and write to Cloud Storage, and Easel sends them ' +
        'through the Gemini API alone; set GEMINI_API_KEY instead of GEMINI_VERTEX_LOCATION',
    };
  }
  return createGeminiBatches({ ...rest, access, catalogue, clock });
}
