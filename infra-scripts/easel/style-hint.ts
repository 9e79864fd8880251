/**
 * A style that Easel does not know was most likely mistyped: the refusal gets the nearest of those it has.
 */
import type { StyleAnswer } from './answers.ts';
import type { Client } from './client.ts';
import { type Fault, Refusal } from './faults.ts';
import { nearest } from './nearest.ts';

/** The fault itself where there is nothing to add. */
export async function withStyleHint(client: Client, fault: Fault, style: string): Promise<Fault> {
  if (!(fault instanceof Refusal) || fault.problem.code !== 'style_unknown') return fault;
  try {
    const { styles } = await client.json<{ styles: readonly StyleAnswer[] }>('GET', '/v1/styles');
    const ids = styles.map(({ id }) => id);
    const guess = nearest(style, ids);
    return fault.advising(guess === undefined ? `There are ${ids.join(', ')}.` : `Did you mean "${guess}"?`);
  } catch {
    return fault;
  }
}
