/**
 * The simulated provider of models: takes its time, answers in every way that the table of outcomes knows and in one
 * that it does not, draws although nobody waits any more, and keeps the books of what it drew and was asked.
 */

import type { OutcomeCode } from '../../common/outcomes.ts';
import { type DrawRequest, type Model, ModelError } from '../../common/platform/model.ts';
import type { Dice } from './dice.ts';
import type { Faults } from './faults.ts';
import type { Process } from './process.ts';
import type { Schedule } from './schedule.ts';

export interface ProviderBooks {
  calls: number;
  /** Pictures that were drawn, whether or not they arrived: each of them is billed. */
  drawn: number;
}

export interface Provider {
  connect(process: Process): Model;
  /** By the prompt, which tells a wish from all others of a run. */
  books(prompt: string): ProviderBooks;
  /** Of all wishes. */
  total(of: keyof ProviderBooks): number;
  /** Called when a call arrives. */
  onCall: (request: DrawRequest, by: string) => void;
}

type Trouble = Extract<
  OutcomeCode,
  | 'content_blocked'
  | 'no_image'
  | 'rate_limited'
  | 'quota_exhausted'
  | 'overloaded'
  | 'connection_lost'
  | 'timeout'
  | 'model_retired'
  | 'invalid_input'
  | 'bad_key'
>;
type Answer = Trouble | 'broken picture' | 'hang' | 'drawn, and lost' | 'unheard of';

const TROUBLES: { readonly [answer in Answer]: number } = {
  overloaded: 6,
  connection_lost: 3,
  'drawn, and lost': 3,
  hang: 2,
  rate_limited: 3,
  content_blocked: 2,
  no_image: 2,
  'broken picture': 2,
  timeout: 1,
  'unheard of': 1,
  invalid_input: 1,
  bad_key: 0.3,
  quota_exhausted: 0.3,
  model_retired: 0.2,
};
const DRAWS_MS = [2_000, 30_000] as const;
const REFUSES_MS = [20, 3_000] as const;
const NEVER_MS = 10_000_000;
export const USAGE = { inputTokens: 1_500, outputTextTokens: 10, outputImageTokens: 1_120 };
const BROKEN = Buffer.from('half a picture');

export function createProvider(schedule: Schedule, dice: Dice, faults: () => Faults): Provider {
  const books = new Map<string, ProviderBooks>();
  let pictures = 0;

  const of = (prompt: string): ProviderBooks => {
    const found = books.get(prompt) ?? { calls: 0, drawn: 0 };
    books.set(prompt, found);
    return found;
  };

  function answerTo(request: DrawRequest, answer: Answer | 'picture') {
    if (answer === 'picture' || answer === 'broken picture' || answer === 'drawn, and lost') of(request.prompt).drawn++;
    if (answer === 'drawn, and lost') throw new ModelError('connection_lost', 'the answer broke off');
    const bytes = answer === 'picture' ? Buffer.from(`picture ${++pictures} of ${request.prompt}`) : BROKEN;
    if (answer === 'picture' || answer === 'broken picture') return { bytes, model: request.model, usage: USAGE };
    if (answer === 'unheard of') throw new Error('an answer that nobody has thought of');
    const wait = answer === 'rate_limited' && dice.chance(0.5) ? { retryAfterMs: dice.between(1, 60_000) } : {};
    throw new ModelError(answer as Trouble, `the provider answers ${answer}`, wait);
  }

  const provider: Provider = {
    books: of,
    total: name => books.values().reduce((sum, book) => sum + book[name], 0),
    onCall: () => {},
    connect: process => ({
      generate: (request, { signal }) =>
        new Promise((resolve, reject) => {
          const answer = dice.chance(faults().modelTrouble) ? dice.weighted(TROUBLES) : 'picture';
          const quick = answer !== 'picture' && answer !== 'broken picture' && answer !== 'drawn, and lost';
          const takesMs =
            answer === 'hang' ? NEVER_MS : quick ? dice.between(...REFUSES_MS) : dice.between(...DRAWS_MS);
          schedule.after(dice.between(1, 40), `${process.name} asks the model`, () => {
            // What has not left the process when it dies, never arrives.
            if (!process.alive()) return;
            of(request.prompt).calls++;
            provider.onCall(request, process.name);
            if (answer === 'hang') return;
            schedule.after(takesMs, `the model answers ${process.name}: ${answer}`, () => {
              let settle = () => {};
              try {
                const drawing = answerTo(request, answer);
                settle = () => resolve(drawing);
              } catch (error) {
                settle = () => reject(error);
              }
              process.tell(`${process.name} hears from the model`, dice.between(1, 40), settle);
            });
          });
          signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')), { once: true });
        }),
    }),
  };
  return provider;
}
