/**
 * Models and the ceiling in words.
 */
import type { CeilingAnswer, ModelAnswer } from './admin-answers.ts';
import type { Call } from './command.ts';
import { type Fact, factLines } from './facts.ts';
import { usageFault } from './faults.ts';
import { tableLines } from './table.ts';
import { localText, momentText } from './time-text.ts';

export const MODELS_PATH = '/v1/admin/models';
export const CEILING_PATH = '/v1/admin/ceiling';

/** Throws a usage fault. */
export function holdPath([id = '']: readonly string[]): string {
  if (/^[\w.:@-]{1,200}$/.test(id)) return `${MODELS_PATH}/${encodeURIComponent(id)}/hold`;
  throw usageFault(`"${id}" is no model's id.`, '"easel models list" shows them.');
}

export function modelLines(models: readonly ModelAnswer[], { out }: Pick<Call, 'out'>): string[] {
  const red = (text: string, bad: boolean) => (bad ? out.paint.red(text) : text);
  return tableLines<ModelAnswer>(
    [
      { title: 'MODEL', of: ({ id }) => id },
      {
        title: 'ANSWERS',
        of: ({ circuit }) => (circuit === 'open' ? 'no' : 'yes'),
        paint: (text, { circuit }) => red(text, circuit === 'open'),
      },
      { title: 'FALLBACK', of: ({ fallback = '' }) => fallback },
      { title: 'HELD UNTIL', of: ({ held }) => (held ? localText(Date.parse(held.until)).slice(0, 16) : '') },
      { title: 'WHY', of: ({ held }) => held?.reason ?? '', shrinksTo: 10 },
    ],
    models,
    { width: out.columns(), paintTitle: out.paint.dim },
  );
}

export function ceilingLines(
  { slots, reason, until }: CeilingAnswer,
  { out, now }: Pick<Call, 'out' | 'now'>,
): string[] {
  const facts: Fact[] = [
    ['ceiling', slots === null ? 'none: as many as set up' : `${slots} jobs at once in each worker's process`],
    ['why', reason],
    ['until', until && momentText(Date.parse(until), now())],
  ];
  return factLines(facts, out.paint);
}
