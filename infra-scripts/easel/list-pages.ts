/**
 * Lists that come in pages: follows the cursors as far as is asked, and prints a table or, for a program, one line of
 * JSON for each.
 */
import type { Call, OptionSpecs } from './command.ts';
import { type Column, tableLines } from './table.ts';

const PAGE_MAX = 100;
const LIMIT_DEFAULT = 50;

export const PAGE_OPTIONS: OptionSpecs = {
  limit: { value: 'n', help: `how many (default: ${LIMIT_DEFAULT})` },
  all: { help: 'all there are' },
};

type Page<Row> = { readonly [member: string]: readonly Row[] | string | undefined };

export interface Listing<Row> {
  readonly path: string;
  readonly filters?: { readonly [name: string]: string | undefined };
  /** Which member of the answer has the rows. */
  readonly member: string;
  readonly columns: readonly Column<Row>[];
  /** Whether the newest come first. */
  readonly isByTime?: boolean;
  /** What is said when there is nothing, such as `No keys.` */
  readonly none: string;
}

export async function printList<Row>(call: Call, listing: Listing<Row>): Promise<void> {
  const { options, json, out, err } = call;
  const limit = options.flag('all') ? Number.POSITIVE_INFINITY : (options.integer('limit', 1) ?? LIMIT_DEFAULT);
  const { rows, isMore } = await readRows<Row>(call, listing, limit);
  if (json) {
    for (const row of rows) out.line(JSON.stringify(row));
    return;
  }
  if (rows.length === 0) return err.line(listing.none);
  const lines = tableLines(listing.columns, rows, { width: out.columns(), paintTitle: out.paint.dim });
  for (const line of lines) out.line(line);
  if (isMore)
    err.line(
      err.paint.dim(
        `${listing.isByTime ? 'These are the newest' : 'These are the first'} ${rows.length}; --all or --limit shows more.`,
      ),
    );
}

/** At most `limit` of them; all, when it is infinite. */
export async function readRows<Row>(
  { client }: Pick<Call, 'client'>,
  { path, filters = {}, member }: Pick<Listing<Row>, 'path' | 'filters' | 'member'>,
  limit: number,
): Promise<{ rows: Row[]; isMore: boolean }> {
  const rows: Row[] = [];
  const query = new URLSearchParams(Object.entries(filters).flatMap(([name, value]) => (value ? [[name, value]] : [])));
  for (;;) {
    query.set('limit', String(Math.min(PAGE_MAX, limit - rows.length)));
    const page: Page<Row> = await client.json('GET', `${path}?${query}`);
    rows.push(...((page[member] ?? []) as readonly Row[]));
    const { nextCursor } = page;
    if (nextCursor === undefined || rows.length >= limit) return { rows, isMore: nextCursor !== undefined };
    query.set('cursor', String(nextCursor));
  }
}
