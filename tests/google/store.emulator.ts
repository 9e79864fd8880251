/**
 * The store's conformance suite on Google's Firestore emulator.
 */
import { systemClock } from '../../common/clock.ts';
import { createFirestoreStore } from '../../common/google/store.ts';
import { CONFORMANCE_COLLECTIONS, storeConformance } from '../../common/platform/store.conformance.ts';
import { startFirestoreEmulator } from '../doubles/firestore-emulator.ts';
import { seededRandom } from '../test-clock.ts';

process.env.METADATA_SERVER_DETECTION = 'none';
const emulator = await startFirestoreEmulator();
process.env.FIRESTORE_EMULATOR_HOST = emulator.host;

storeConformance(
  'Firestore store',
  async () => {
    const store = createFirestoreStore({
      projectId: emulator.newProject(),
      databaseId: '(default)',
      collections: CONFORMANCE_COLLECTIONS,
      clock: systemClock,
      random: seededRandom(1),
    });
    return { store, close: () => store.close() };
  },
  { contenders: 100 },
);
