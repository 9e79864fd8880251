/**
 * A table in columns that line up. What is empty in every row is left out, and on a narrow terminal the columns that
 * may shrink do so; the colours are put on last, so that they never count as width.
 */
import { fit, harmless, pad, padLeft, widthOf } from './text-width.ts';

export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => string;
  readonly paint?: (text: string, row: Row) => string;
  /** Numbers stand under each other. */
  readonly right?: boolean;
  /** May be cut to this many columns where the line is too long. */
  readonly shrinksTo?: number;
}

const GAP = '  ';

/** The lines: the titles first, unless no column has one. */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { width = Number.POSITIVE_INFINITY, paintTitle = (text: string) => text } = {},
): string[] {
  const texts = columns.map(column => rows.map(row => harmless(column.of(row))));
  const used = columns.flatMap((column, index) => {
    const cells = texts[index] ?? [];
    return cells.some(cell => cell !== '') ? [{ column, cells, width: widest([column.title, ...cells]) }] : [];
  });
  const widths = shrink(used, width - GAP.length * (used.length - 1));
  const place = (index: number, text: string) => {
    const cut = fit(text, widths[index] ?? 0);
    if (used[index]?.column.right) return padLeft(cut, widths[index] ?? 0);
    return index === used.length - 1 ? cut : pad(cut, widths[index] ?? 0);
  };
  const titles = used.map(({ column }, index) => place(index, column.title)).join(GAP);
  const lines = rows.map((row, at) =>
    used
      .map(({ column, cells }, index) => {
        const text = place(index, cells[at] ?? '');
        return column.paint?.(text, row) ?? text;
      })
      .join(GAP)
      .trimEnd(),
  );
  return titles.trim() === '' ? lines : [paintTitle(titles.trimEnd()), ...lines];
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(widthOf));
}

/** Takes what is too much from the columns that may shrink, the last first. */
function shrink<Row>(used: readonly { column: Column<Row>; width: number }[], room: number): number[] {
  let excess = used.reduce((sum, { width }) => sum + width, 0) - room;
  return used
    .toReversed()
    .map(({ column, width }) => {
      const taken = Math.max(0, Math.min(excess, width - Math.min(width, column.shrinksTo ?? width)));
      excess -= taken;
      return width - taken;
    })
    .toReversed();
}
