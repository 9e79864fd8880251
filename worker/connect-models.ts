/**
 * The models that this process can ask, behind one seam: Gemini where the settings say how to reach it, and the offline
 * model for jobs that name it, or for all where there is nothing else.
 */
import type { Clock } from '../common/clock.ts';
import type { GeminiConfig } from '../common/gemini-config.ts';
import { type Catalogue, OFFLINE_MODEL } from '../common/models.ts';
import type { Model } from '../common/platform/model.ts';
import { createGeminiModel } from './gemini.ts';
import { createOfflineModel } from './offline-model.ts';

export interface ConnectOptions {
  readonly gemini: GeminiConfig | undefined;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
}

/** Without `gemini` every job is drawn offline, whatever model it names: its picture says so itself. */
export function connectModels({ gemini, catalogue, clock }: ConnectOptions): Model {
  const offline = createOfflineModel();
  if (!gemini) return offline;
  const online = createGeminiModel({ ...gemini, catalogue, clock });
  return {
    generate: (request, options) => (request.model === OFFLINE_MODEL ? offline : online).generate(request, options),
  };
}
