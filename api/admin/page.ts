/**
 * One page of what operators list, and the path's parameters.
 */
import type { Context } from 'koa';
import { ProblemError } from '../../common/errors.ts';
import { pageFieldsOf } from '../page.ts';

export { nextCursor, readPage } from '../page.ts';

/** Part of each list's query. */
export const pageFields = pageFieldsOf({ usual: 50 });

/** Part of the path. What could be the id of nothing is answered like what is not there, and no store is asked for it. */
export function parameter(ctx: Context, name: 'id' | 'name', form: RegExp): string {
  const value = String((ctx as Context & { params: Record<string, string> }).params[name]);
  if (!form.test(value)) throw new ProblemError('not_found');
  return value;
}
