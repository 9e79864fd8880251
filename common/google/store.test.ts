import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('Firestore store');

test('nothing of the SDK is loaded before the first call', async () => {
  const script = `
    import { createRequire } from 'node:module';
    import { systemClock, systemRandom } from ${JSON.stringify(new URL('../clock.ts', import.meta.url))};
    import { COLLECTIONS } from ${JSON.stringify(new URL('../collections.ts', import.meta.url))};
    import { createFirestoreStore } from ${JSON.stringify(new URL('./store.ts', import.meta.url))};
    const loaded = () => Object.keys(createRequire(${JSON.stringify(import.meta.url)}).cache).length;
    const options = { projectId: 'demo', databaseId: '(default)', collections: COLLECTIONS };
    const store = createFirestoreStore({ ...options, clock: systemClock, random: systemRandom });
    console.log(loaded());
    const error = await store.list({ from: COLLECTIONS[0], limit: 0 }).catch(error => error);
    console.log(error.kind, loaded() > 50);
    await store.close();
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  assert.equal(stdout.trim().split('\n'), ['0', 'invalid true']);
});

test.run();
