/**
 * A stand-in for the provider behind the model seam: draws a small picture of one colour, counts what it was asked,
 * and fails, hangs or answers nonsense when the test says so.
 */
import sharp from 'sharp';
import { type Drawing, type DrawRequest, type Model, ModelError } from '../../common/platform/model.ts';

/** What a call does: draw, throw this, answer these bytes, or wait until aborted. */
export type Answer = 'draw' | 'hang' | ModelError | Uint8Array | (() => Promise<void>);

export interface TestModel extends Model {
  readonly calls: DrawRequest[];
  /** The largest number of calls that were under way at once. */
  readonly mostAtOnce: () => number;
  readonly underWay: () => number;
}

export const USAGE = { inputTokens: 1_500, outputTextTokens: 10, outputImageTokens: 1_120 };

/** `answers` are used up one a call, then every call draws; a function is asked for each call's answer. */
export function createTestModel(answers: Answer[] | ((request: DrawRequest) => Answer) = []): TestModel {
  const answerTo = typeof answers === 'function' ? answers : () => answers.shift() ?? 'draw';
  const calls: DrawRequest[] = [];
  let running = 0;
  let most = 0;

  async function generate(request: DrawRequest, { signal }: { signal: AbortSignal }): Promise<Drawing> {
    calls.push(request);
    running++;
    most = Math.max(most, running);
    try {
      const answer = answerTo(request);
      if (answer instanceof ModelError) throw answer;
      if (answer instanceof Uint8Array) return { bytes: answer, model: request.model, usage: USAGE };
      if (answer === 'hang') await aborted(signal);
      if (typeof answer === 'function') await answer();
      signal.throwIfAborted();
      return { bytes: await colouredPicture(calls.length), model: request.model, usage: USAGE };
    } finally {
      running--;
    }
  }
  return { generate, calls, mostAtOnce: () => most, underWay: () => running };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(new DOMException('aborted', 'AbortError'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

/** Every call gives other bytes, as a real model does. */
export function colouredPicture(number: number): Promise<Buffer> {
  const background = { r: (number * 67) % 256, g: (number * 131) % 256, b: (number * 29) % 256 };
  return sharp({ create: { width: 64, height: 80, channels: 3, background } })
    .png()
    .toBuffer();
}
