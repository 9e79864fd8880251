/**
 * The simulated store keeps every sentence of the store seam: what the domain survives on it, it survives on a store
 * that does no worse. Platform: none, the simulation's own.
 */
import { storeConformance } from '../../common/platform/store.conformance.ts';
import { createDatabase } from './database.ts';
import { diceFor } from './dice.ts';
import { NO_FAULTS } from './faults.ts';
import { createProcess } from './process.ts';
import { createSchedule, settled } from './schedule.ts';
import { connectStore } from './store.ts';

storeConformance('simulated store: conformance', async () => {
  const schedule = createSchedule(0);
  const process = createProcess('process', schedule, diceFor(1, 'conformance'), () => NO_FAULTS);
  let open = true;
  const driven = (async () => {
    while (open) if (!(await schedule.step())) await settled();
  })();
  return {
    store: connectStore(createDatabase(), process, { tries: 1_000 }),
    async close() {
      open = false;
      await driven;
    },
  };
});
