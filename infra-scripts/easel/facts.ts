/**
 * Facts under each other, their names in a column of their own. What is undefined is left out.
 */
import type { Paint } from './screen.ts';
import { harmless, pad, widthOf } from './text-width.ts';

export type Fact = readonly [name: string, value: string | undefined];

/** Values come from outside and are made harmless; `paintValue` may colour them afterwards. */
export function factLines(
  facts: readonly Fact[],
  paint: Paint,
  paintValue: (text: string, name: string) => string = text => text,
): string[] {
  const known = facts.filter(([, value]) => value !== undefined);
  const width = Math.max(0, ...known.map(([name]) => widthOf(name)));
  return known.map(([name, value = '']) => `${paint.dim(pad(name, width))}  ${paintValue(harmless(value), name)}`);
}
