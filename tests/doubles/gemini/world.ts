/**
 * A world for each test of the Gemini model: the double, the model in front of it, a clock that stands still, and one
 * wish to draw. `ask` answers with the drawing or the error, after checking what holds of every error.
 */
import { inspect } from 'node:util';
import sharp from 'sharp';
import * as assert from 'uvu/assert';
import { CATALOGUE } from '../../../common/models.ts';
import { type Drawing, type DrawRequest, type Model, ModelError } from '../../../common/platform/model.ts';
import { createGeminiModel, type GeminiOptions } from '../../../worker/gemini.ts';
import { type TestClock, testClock } from '../../test-clock.ts';
import { waitFor } from '../../wait-for.ts';
import { type GeminiDouble, type GeminiDoubleOptions, openGeminiDouble } from '../gemini.ts';

export interface GeminiWorld {
  readonly double: GeminiDouble;
  readonly clock: TestClock;
  readonly model: Model;
  /** Another model in front of the same double. */
  modelWith(options: Partial<GeminiOptions>): Model;
  ask(wish?: Partial<DrawRequest>, model?: Model): Promise<Drawing>;
  /** The call has to fail. */
  failure(wish?: Partial<DrawRequest>, model?: Model): Promise<ModelError>;
}

const PHOTO = await sharp({ create: { width: 320, height: 240, channels: 3, background: '#a87b4f' } })
  .jpeg()
  .toBuffer();

export const WISH: DrawRequest = {
  model: 'gemini-nano-banana-2.1',
  prompt: 'Draw this very animal in ink on rough paper, every whisker of it, and leave the harness on.',
  image: PHOTO,
  aspectRatio: '4:5',
  size: '1K',
  variation: 0,
};

export function inGeminiWorld(
  test: (world: GeminiWorld) => Promise<void>,
  options: GeminiDoubleOptions & { readonly model?: Partial<GeminiOptions> } = {},
): () => Promise<void> {
  return async () => {
    const double = await openGeminiDouble(options);
    const clock = testClock();
    const access = { apiKey: double.apiKey };
    const modelWith = (changed: Partial<GeminiOptions>) =>
      createGeminiModel({ catalogue: CATALOGUE, access, clock, baseUrl: double.url, ...changed });
    const model = modelWith(options.model ?? {});
    const { signal } = new AbortController();
    const ask: GeminiWorld['ask'] = (wish, asked = model) => asked.generate({ ...WISH, ...wish }, { signal });
    const failure: GeminiWorld['failure'] = async (wish, asked) => {
      const error = await ask(wish, asked).then(
        () => assert.unreachable('the call succeeded'),
        (reason: unknown) => reason,
      );
      return checked(error, double);
    };
    try {
      await test({ double, clock, model, modelWith, ask, failure });
      await waitFor('every connection to be at rest', () => double.underWay() === 0);
    } finally {
      await double.close();
    }
  };
}

/** What holds of every error: it is one of ours, short, plain, and tells no secret. */
function checked(error: unknown, { apiKey }: GeminiDouble): ModelError {
  assert.instance(error, ModelError);
  const failed = error as ModelError;
  const all = inspect(failed, { depth: 9, showHidden: true });
  assert.not(all.includes(apiKey), 'the key');
  assert.not(all.includes('every whisker'), 'the prompt');
  assert.not(all.includes(PHOTO.toString('base64').slice(0, 40)), 'the photo');
  assert.is(failed.cause, undefined);
  assert.match(failed.message, /^[\x20-\x7e…]{1,300}$/);
  assert.match(failed.providerCode ?? '', /^[\x20-\x7e…]{1,120}$/);
  return failed;
}
