/**
 * The example of `docs/http-api.md` as it stands there, through Firebase's own web SDK, which is too large to come along:
 * `FIREBASE_SDK=<folder> node tests/run.ts tests/google/firebase-sdk.witness.ts`, after an `npm install firebase` there.
 */
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Job } from '../../common/job.ts';
import type { FirestoreAccess } from '../../common/platform/client-access.ts';
import { inShop, openSession, type Shop } from './shopper.ts';

export const FILE_LIMIT_MS = 120_000;

process.env.EASEL_TEST_PLATFORM = 'google';
const { withService } = await import('../service.ts');

const test = suite("Firebase's web SDK");
const folder = process.env.FIREBASE_SDK;
if (folder) {
  test(
    'the documented example signs in, sees its own job to its end, and is refused another',
    withService(inShop(shop => inPage(resolve(folder), page => watchesItsJob(shop, page)))),
  );
} else {
  test('NOT TESTED: no Firebase SDK', () => {
    console.log("NOT TESTED: Firebase's web SDK; set FIREBASE_SDK to a folder with `firebase` in its node_modules");
  });
}
test.run();

type App = object;
type Database = object;

/** The SDK as far as a page sets it up, and what the example exports. */
interface Page {
  initializeApp(options: { projectId: string; apiKey: string }): App;
  deleteApp(app: App): Promise<void>;
  getAuth(app: App): object;
  connectAuthEmulator(auth: object, url: string, options: { disableWarnings: boolean }): void;
  getFirestore(app: App, databaseId: string): Database;
  connectFirestoreEmulator(db: Database, host: string, port: number): void;
  signIn(app: App, access: FirestoreAccess): Promise<Database>;
  watchJob(db: Database, id: string, onChange: (job: Job) => void): Promise<Job>;
}

const SETUP = `
export { deleteApp, initializeApp } from 'firebase/app';
export { connectAuthEmulator, getAuth } from 'firebase/auth';
export { connectFirestoreEmulator, getFirestore } from 'firebase/firestore';
export { signIn, watchJob } from './example.js';
`;

async function watchesItsJob({ service, backends, auth, enter }: Shop, page: Page): Promise<void> {
  const { body: session } = await openSession(service);
  const { projectId, databaseId } = session.firestore;
  const app = page.initializeApp({ projectId, apiKey: 'any' });
  try {
    page.connectAuthEmulator(page.getAuth(app), auth.url, { disableWarnings: true });
    const { hostname, port } = new URL(`http://${backends.emulatorHost}`);
    page.connectFirestoreEmulator(page.getFirestore(app, databaseId), hostname, Number(port));
    const db = await page.signIn(app, session.firestore);

    // While there is no worker the job waits, so that its beginning can be seen.
    await service.kill(['worker']);
    const { body: submitted } = await service.submit({ style: 'charcoal' }, { key: session.token });
    const statuses: string[] = [];
    const began = Promise.withResolvers<void>();
    const watched = page.watchJob(db, submitted.id, ({ status }) => {
      statuses.push(status);
      began.resolve();
    });
    await Promise.race([began.promise, watched]);
    await service.start();
    const job = await watched;
    assert.equal([statuses[0], statuses.at(-1), job.status], ['queued', 'succeeded', 'succeeded']);
    assert.ok(job.output?.sha256);

    const other = await enter();
    const { body: foreign } = await service.submit({ style: 'charcoal' }, { key: other.session.token });
    const refused = await page.watchJob(db, foreign.id, () => {}).catch(error => error.code);
    assert.is(refused, 'permission-denied');
  } finally {
    await page.deleteApp(app);
  }
}

/** The example of the page in a module of its own, beside the SDK. */
async function inPage(sdk: string, run: (page: Page) => Promise<void>): Promise<void> {
  const text = await readFile(new URL('../../docs/http-api.md', import.meta.url), 'utf8');
  const example = /## Firestore\n[^#]*?```js\n(.*?)```/s.exec(text)?.[1];
  if (example === undefined) throw new Error('docs/http-api.md shows no example under "Firestore"');
  const directory = await mkdtemp(join(tmpdir(), 'easel-page-'));
  try {
    await symlink(join(sdk, 'node_modules'), join(directory, 'node_modules'));
    await writeFile(join(directory, 'package.json'), '{"type":"module"}');
    await writeFile(join(directory, 'example.js'), example);
    await writeFile(join(directory, 'page.js'), SETUP);
    await run((await import(pathToFileURL(join(directory, 'page.js')).href)) as Page);
  } finally {
    await rm(directory, { recursive: true });
  }
}
