/**
 * Asks before something that hurts. Where nobody can be asked it wants to be told with `--yes` that this is meant.
 */
import type { Call, OptionSpec } from './command.ts';
import { EXIT, Fault, usageFault } from './faults.ts';

export const YES: OptionSpec = { help: 'do not ask; needed where nobody can be asked' };

export interface Doubt {
  /** Ends with a question mark. */
  readonly question: string;
  /** What speaks against it, such as `Erasing cannot be undone`. */
  readonly risk: string;
  /** What is said after a no, such as `Nothing was erased.` */
  readonly kept: string;
}

/** Throws unless the answer is yes. */
export async function makeSure(
  { ask, options }: Pick<Call, 'ask' | 'options'>,
  { question, risk, kept }: Doubt,
): Promise<void> {
  if (options.flag('yes')) return;
  if (!ask) throw usageFault(`${risk}, and nobody is there to be asked.`, 'Add --yes if it is meant.');
  const answer = await ask(`${question} [y/N] `);
  if (!/^\s*y(es)?\s*$/i.test(answer)) throw new Fault(EXIT.interrupted, kept);
}
