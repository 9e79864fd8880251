/**
 * `npm run start:google-local`: the google platform on this machine. Both services run as they do on Cloud Run, against
 * the Firestore emulator and doubles of Cloud Tasks and Cloud Storage. A service that
 * ends is started again; of what they hold, only the keys are kept when all of it ends.
 */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { DEFAULTS } from '../../common/config.ts';
import { runProcess } from '../../common/run-process.ts';
import { createLog } from '../../common/telemetry.ts';
import { startGoogleBackends } from './google-backends.ts';
import { createGoogleServices, freePort, type ServiceName } from './google-services.ts';

const DATA_DIR = resolve(process.env.DATA_DIR || './data/google');
/** One that ends at each start must not keep the machine busy. */
const RESTART_WAIT_MS = 1_000;

const log = createLog({ readable: true, write: text => process.stdout.write(text) });
await runProcess(async () => {
  mkdirSync(DATA_DIR, { recursive: true });
  const workerPort = await freePort();
  const backends = await startGoogleBackends({ dataDir: DATA_DIR, workerUrl: `http://127.0.0.1:${workerPort}` });
  let stopping = false;
  const startAgain = (name: ServiceName) => {
    console.log(`The ${name} service has ended; it is started again, as Cloud Run would.`);
    setTimeout(() => {
      if (stopping) return;
      services.start().catch((error: Error) => {
        console.log(error.message);
        startAgain(name);
      });
    }, RESTART_WAIT_MS);
  };
  const services = createGoogleServices({
    environment: backends.environment,
    ports: { api: Number(process.env.PORT || DEFAULTS.port), worker: workerPort },
    onOutput: text => process.stdout.write(text),
    onCrash: startAgain,
  });
  const apiUrl = await services.start().catch(async (error: unknown) => {
    await services.kill();
    await backends.stop();
    throw error;
  });
  console.log(
    [
      `Easel listens on ${apiUrl}, and has a page there to try it`,
      `  keys    ${backends.keysPath} (server, storefront, admin)`,
      `  behind  Firestore emulator ${backends.firestoreHost}, project ${backends.project};`,
      `          doubles of Cloud Tasks ${backends.tasks.address} and Cloud Storage ${backends.storage.url}`,
      '  model   offline: previews; nothing here calls Google, and nothing is kept but the keys',
    ].join('\n'),
  );
  return {
    async stop() {
      stopping = true;
      await services.terminate();
      await backends.stop();
    },
  };
}, log);
