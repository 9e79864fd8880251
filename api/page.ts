/**
 * One page of a list, and the cursor of the next one.
 */
import { z } from 'zod';
import { refuseField } from '../common/field-errors.ts';
import { isPlatformError } from '../common/platform/errors.ts';
import type { Document, Page, Query, Store } from '../common/platform/store.ts';

const PAGE_MAX = 100;

/** Part of each list's query. */
export function pageFieldsOf({ usual }: { readonly usual: number }) {
  return {
    limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(usual),
    cursor: z.string().max(1_024).optional(),
  };
}

export interface AskedPage {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Throws `fields_invalid` for a cursor of another list. */
export function readPage<D extends Document>(
  store: Pick<Store, 'list'>,
  query: Omit<Query<D>, 'limit' | 'after'>,
  { limit, cursor }: AskedPage,
): Promise<Page<D>> {
  return refuseStrange(cursor, store.list({ ...query, limit, ...(cursor !== undefined ? { after: cursor } : {}) }));
}

/** The same for lists that are found in another way. */
export async function refuseStrange<P>(cursor: string | undefined, page: Promise<P>): Promise<P> {
  try {
    return await page;
  } catch (error) {
    if (cursor === undefined || !isPlatformError(error, 'invalid')) throw error;
    return refuseField('cursor', 'expected nextCursor of an earlier page with the same filters');
  }
}

export function nextCursor({ next }: { readonly next?: string | undefined }): { readonly nextCursor?: string } {
  return next === undefined ? {} : { nextCursor: next };
}
