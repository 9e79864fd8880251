/**
 * Finds the key that an operator means by the first characters of its id.
 */
import type { KeyAnswer } from './admin-answers.ts';
import type { Call } from './command.ts';
import { EXIT, Fault, usageFault } from './faults.ts';
import { readRows } from './list-pages.ts';

/** As many as a list shows; that two ids begin alike is as unlikely as can be. */
export const ID_SHOWN = 12;
const BEGINNING = /^[0-9a-f]{6,64}$/;

/** Throws a usage fault for what cannot be an id. A key itself is never sent: addresses stand in logs. */
export async function keyOf(call: Pick<Call, 'client'>, beginning: string): Promise<KeyAnswer> {
  if (/^[a-z]{2}_/.test(beginning)) {
    throw usageFault(
      'This is a key and not its id.',
      '"easel keys list" shows the ids; tell keys apart by their ends.',
    );
  }
  if (!BEGINNING.test(beginning)) {
    throw usageFault(`"${beginning}" is no key's id.`, '"easel keys list" shows the ids; six characters are enough.');
  }
  const all = { path: '/v1/admin/keys', member: 'keys' };
  const { rows } = await readRows<KeyAnswer>(call, all, Number.POSITIVE_INFINITY);
  const [found, another] = rows.filter(({ id }) => id.startsWith(beginning));
  if (another) throw usageFault(`Several keys' ids begin with "${beginning}".`, 'Name more of it.');
  if (found) return found;
  throw new Fault(EXIT.refused, `There is no key whose id begins with "${beginning}".`, {
    hint: '"easel keys list" shows the ids.',
  });
}
