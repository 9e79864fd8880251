/**
 * What every store must do, sentence by sentence of `store.ts`. Each platform's test calls `storeConformance` with a way
 * to open an empty store that knows `CONFORMANCE_COLLECTIONS`. Nothing here counts runs or measures time: a platform may
 * lock where another one tries again, and only what is left in the end can be compared.
 */
import { suite } from 'uvu';
import {
  registerConflictTests,
  registerContentionTests,
  registerMomentTests,
  registerQueryConflictTests,
} from './store-conformance/conflicts.ts';
import { registerCopyTests, registerDocumentTests } from './store-conformance/documents.ts';
import { registerIncrementTests } from './store-conformance/increments.ts';
import { registerCursorTests, registerPageTests } from './store-conformance/pages.ts';
import { registerQueryTests } from './store-conformance/queries.ts';
import { registerRefusalTests, registerShapeRefusals } from './store-conformance/refusals.ts';
import { registerTransactionTests, registerWriteTests } from './store-conformance/transactions.ts';
import { registerWatchersTests, registerWatchTests } from './store-conformance/watches.ts';
import type { InStore, StoreWorld } from './store-conformance/world.ts';

export { CONFORMANCE_COLLECTIONS, type StoreWorld } from './store-conformance/world.ts';

/** @param contenders How many transactions fight for one document; for platforms that are slow at it, fewer. */
export function storeConformance(
  name: string,
  open: () => Promise<StoreWorld>,
  { contenders = 100 }: { readonly contenders?: number } = {},
): void {
  const tests = suite(name);
  const test: InStore = (title, body) =>
    tests(title, async () => {
      const { store, close } = await open();
      try {
        await body(store);
      } finally {
        await close();
      }
    });
  registerDocumentTests(test);
  registerCopyTests(test);
  registerTransactionTests(test);
  registerWriteTests(test);
  registerConflictTests(test);
  registerQueryConflictTests(test);
  registerMomentTests(test, contenders);
  registerContentionTests(test, contenders);
  registerIncrementTests(test, contenders);
  registerQueryTests(test);
  registerPageTests(test);
  registerCursorTests(test);
  registerRefusalTests(test);
  registerShapeRefusals(test);
  registerWatchTests(test);
  registerWatchersTests(test);
  tests.run();
}
