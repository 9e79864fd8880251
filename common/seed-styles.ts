/**
 * Puts the styles that Easel ships with into a store that lacks them. A style that is there is never overwritten: from
 * the first start on the shop's own text counts.
 */
import { styles } from './collections.ts';
import type { Store } from './platform/store.ts';
import { SEED_STYLES } from './styles.ts';

export async function seedStyles(store: Store): Promise<void> {
  for (const style of SEED_STYLES) {
    await store.transaction(async tx => {
      if (!(await tx.get(styles, style.id))) tx.set(styles, style);
    });
  }
}
