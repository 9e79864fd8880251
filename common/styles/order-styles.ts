/**
 * The order of the styles in lists, set for all of them at once: whoever moves one sees where the others are.
 */
import { type Acting, type By, openEntry, record } from '../audit.ts';
import { audit, styles } from '../collections.ts';
import type { Style } from '../styles.ts';
import { STYLES_MAX } from './style-content.ts';

const STEP = 10;

/** Refused unless each style is named once: one that somebody has added meanwhile would land anywhere. */
export async function orderStyles(
  acting: Acting,
  ids: readonly string[],
  by: By,
): Promise<{ readonly styles: readonly Style[] } | { readonly refused: 'other styles' }> {
  const entry = openEntry(acting);
  return acting.store.transaction(async tx => {
    const { items } = await tx.list({ from: styles, limit: STYLES_MAX });
    const before = inOrder(items);
    if (await tx.get(audit, entry.id)) return { styles: before };
    const known = new Map(items.map(style => [style.id, style]));
    if (ids.length !== known.size || new Set(ids).size !== ids.length || ids.some(id => !known.has(id))) {
      return { refused: 'other styles' as const };
    }
    if (before.every(({ id }, index) => id === ids[index])) return { styles: before };
    const after = ids.map((id, index) => ({ ...(known.get(id) as Style), order: (index + 1) * STEP }));
    for (const style of after) if (style.order !== known.get(style.id)?.order) tx.set(styles, style);
    record(tx, entry, { ...by, action: 'style.reorder', target: 'styles', detail: ids.join(', ') });
    return { styles: after };
  });
}

export function inOrder(list: readonly Style[]): readonly Style[] {
  return [...list].sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
}
