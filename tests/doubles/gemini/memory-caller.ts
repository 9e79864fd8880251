/**
 * A process that asks the Gemini model twice, first for a usual picture, then for what is to be measured, and reports
 * by how much its largest resident size rose: `node memory-caller.ts <url> <key>`, forked.
 */
import { systemClock } from '../../../common/clock.ts';
import { CATALOGUE } from '../../../common/models.ts';
import { ModelError } from '../../../common/platform/model.ts';
import { createGeminiModel } from '../../../worker/gemini.ts';

export interface Measured {
  /** `drawn`, or the code of the error. */
  readonly outcome: string;
  readonly riseBytes: number;
}

const [, , baseUrl = '', apiKey = ''] = process.argv;
const model = createGeminiModel({ catalogue: CATALOGUE, access: { apiKey }, clock: systemClock, baseUrl });
const { signal } = new AbortController();
const wish = { prompt: 'A cat.', image: new Uint8Array(1_000), aspectRatio: '1:1', size: '1K', variation: 0 };

await ask();
const before = process.resourceUsage().maxRSS;
const outcome = await ask();
const measured: Measured = { outcome, riseBytes: (process.resourceUsage().maxRSS - before) * 1_024 };
process.send?.(measured, undefined, undefined, () => process.disconnect?.());

async function ask(): Promise<string> {
  try {
    await model.generate({ ...wish, model: 'gemini-nano-banana-2.1' }, { signal });
    return 'drawn';
  } catch (error) {
    return error instanceof ModelError ? error.code : String(error);
  }
}
