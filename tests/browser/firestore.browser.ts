/**
 * The journey with `transport="firestore"`: the component in a shop's page hears of its job from the job's document in the
 * Firestore emulator, with the rules of the product and a double of Firebase Auth. Platform: google, on this machine.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startFirebaseAuth } from '../doubles/firebase-auth.ts';
import { DESKTOP, PHONE, visiting } from './chromium.ts';
import { openTheme } from './theme-page.ts';

export const FILE_LIMIT_MS = 180_000;

process.env.EASEL_TEST_PLATFORM = 'google';
const { withService } = await import('../service.ts');
const { isForEverybody } = await import('./judge.ts');
const { shopOn } = await import('./shop.ts');

const test = suite('the storefront on google');

test(
  'a page in Firestore: three portraits land, heard of from their documents, and one is downloaded from the bucket',
  withService(async service => {
    const backends = service.backends();
    if (!backends) throw new Error('there is no Firestore on the embedded platform');
    const { project, storage, emulatorHost } = backends;
    const auth = await startFirebaseAuth({ project, account: storage.account, now: Date.now });
    const firestore = { apiKey: 'any', signInUrl: auth.url, url: `http://${emulatorHost}` };
    const theme = await openTheme(service, {
      body: key => `<easel-portrait key="${key}" transport="firestore" firestore-key="any"></easel-portrait>`,
      script: `document.querySelector('easel-portrait').options = ${JSON.stringify({ firestore })};`,
      others: [auth.url, firestore.url, storage.url],
    });
    try {
      for (const screen of [DESKTOP, PHONE]) {
        await visiting(async ({ page }) => {
          const asked: string[] = [];
          page.on('request', request => void asked.push(`${request.method()} ${request.url()}`));
          await page.goto(theme.url);
          const shop = shopOn(page);
          await shop.isOpen();
          await shop.choosePhoto();
          await shop.choose('Charcoal', 'Ink wash', 'Pen and marker');
          await shop.submit();
          await shop.takesAre('succeeded', 3);
          await page.locator('.stage .is-loaded').waitFor();
          await isForEverybody(page, 'done by Firestore');
          const documents = asked.filter(one => one.startsWith(`GET ${firestore.url}/v1/projects/${project}/`));
          const polls = asked.filter(one => /GET .*\/v1\/jobs\/job_\w+$/.test(one) && one.includes(service.url()));
          assert.ok(documents.length >= 3, `${documents.length} reads of documents`);
          assert.ok(polls.length <= 6, `${polls.length} polls: for each picture's address, and no more`);
          assert.is(asked.filter(one => one.endsWith('/events')).length, 0);
          const [download] = await Promise.all([
            page.waitForEvent('download'),
            page.getByRole('button', { name: 'Download' }).click(),
          ]);
          assert.match(download.suggestedFilename(), /\.jpg$/);
        }, screen)();
      }
    } finally {
      await Promise.all([theme.close(), auth.close()]);
    }
  }),
);

test.run();
