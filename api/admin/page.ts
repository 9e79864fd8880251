/**
 * One page of what operators list, and the path's parameters.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { ProblemError } from '../../common/errors.ts';
import { refuseField } from '../../common/field-errors.ts';
import { isPlatformError } from '../../common/platform/errors.ts';
import type { Document, Page, Query, Store } from '../../common/platform/store.ts';

const PAGE_MAX = 100;
const PAGE_DEFAULT = 50;

/** Part of each list's query. */
export const pageFields = {
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_DEFAULT),
  cursor: z.string().max(1_024).optional(),
};

type Asked = { readonly limit: number; readonly cursor?: string | undefined };

/** Throws `fields_invalid` for a cursor of another list. */
export async function readPage<D extends Document>(
  store: Pick<Store, 'list'>,
  query: Omit<Query<D>, 'limit' | 'after'>,
  { limit, cursor }: Asked,
): Promise<Page<D>> {
  try {
    return await store.list({ ...query, limit, ...(cursor !== undefined ? { after: cursor } : {}) });
  } catch (error) {
    if (cursor === undefined || !isPlatformError(error, 'invalid')) throw error;
    return refuseField('cursor', 'expected nextCursor of an earlier page with the same filters');
  }
}

export function nextCursor({ next }: Page<unknown>): { readonly nextCursor?: string } {
  return next === undefined ? {} : { nextCursor: next };
}

/** Part of the path. What could be the id of nothing is answered like what is not there, and no store is asked for it. */
export function parameter(ctx: Context, name: 'id' | 'name', form: RegExp): string {
  const value = String((ctx as Context & { params: Record<string, string> }).params[name]);
  if (!form.test(value)) throw new ProblemError('not_found');
  return value;
}
