/**
 * `npm run start:google-local`: the google platform on this machine. Both services run as they do on Cloud Run, against
 * the Firestore emulator and doubles of Cloud Tasks and Cloud Storage. Nothing is kept when it ends but the keys.
 */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { DEFAULTS } from '../../common/config.ts';
import { runProcess } from '../../common/run-process.ts';
import { startGoogleBackends } from './google-backends.ts';
import { freePort, startGoogleServices } from './google-services.ts';

const DATA_DIR = resolve(process.env.DATA_DIR || './data/google');

await runProcess(async () => {
  mkdirSync(DATA_DIR, { recursive: true });
  const backends = await startGoogleBackends(DATA_DIR);
  const workerPort = await freePort();
  const services = await startGoogleServices({
    environment: backends.environment(`http://127.0.0.1:${workerPort}`),
    apiPort: Number(process.env.PORT || DEFAULTS.port),
    workerPort,
    onOutput: text => process.stdout.write(text),
  }).catch(async (error: unknown) => {
    await backends.stop();
    throw error;
  });
  console.log(
    [
      `Easel listens on ${services.apiUrl}`,
      `  keys    ${backends.keysPath} (server, storefront, admin)`,
      `  behind  Firestore emulator ${backends.firestore.host}, project ${backends.project};`,
      `          doubles of Cloud Tasks ${backends.tasks.address} and Cloud Storage ${backends.storage.url}`,
      '  model   offline: previews; nothing here calls Google, and nothing is kept but the keys',
    ].join('\n'),
  );
  return {
    async stop() {
      await services.terminate();
      await backends.stop();
    },
  };
});
