/**
 * Every page of the console, dark and light, on a desktop and on a phone: axe-core finds nothing, nothing is wider than
 * the screen, and the pictures of the documentation are taken. Platform: embedded.
 */
import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock, systemRandom } from '../../common/clock.ts';
import { stats } from '../../common/collections.ts';
import { openEmbedded } from '../../common/embedded/platform.ts';
import { LIMITS } from '../../common/limits.ts';
import { silentLog } from '../../common/log.ts';
import { noPoint } from '../../common/points.ts';
import type { Service } from '../service.ts';
import { DESKTOP, PHONE } from './chromium.ts';
import { type ConsoleWorld, DRAWS, REFUSES, withConsole } from './console-world.ts';
import { isForEverybody, keepPicture } from './judge.ts';

export const FILE_LIMIT_MS = 110_000;

const test = suite('the console is for everybody');

const HOUR_MS = 3_600_000;
const OUTAGE_HOURS = 3;
/** Of which pages the documentation has pictures. */
const PICTURES: { readonly [path: string]: string } = { 'jobs?since=1h': 'jobs', GOOD: 'job', controls: 'queues' };

const POCKET = { ...PHONE, colorScheme: 'dark' as const };

const PATHS = [
  ...[
    'overview',
    'jobs?since=1h',
    'GOOD',
    'BAD',
    'bulk?status=failed',
    'batches',
    'orders',
    'controls',
    'costs',
    'keys',
    'shops',
    'webhooks',
  ],
  ...['audit', 'nowhere'],
];

for (const [screen, options] of [
  ['desktop', DESKTOP],
  ['phone', POCKET],
] as const) {
  test(
    `each page, ${screen}`,
    withConsole(
      async world => {
        const { page } = world;
        const { good, bad } = await busyNight(world);
        for (const named of PATHS) {
          const path = named.replace('GOOD', `jobs/${good}`).replace('BAD', `jobs/${bad}`);
          await world.open(path);
          await isSettled(world);
          await isForEverybody(page, `${path} on ${screen}`);
          if (PICTURES[named]) await keepPicture(page, `console-${PICTURES[named]}-${screen}`);
          // A phone is dark from the start, for pictures and for whoever is woken by one.
          if (screen === 'desktop' && named in PICTURES) await isForEverybodyAtNight(page, path);
        }
        await isForEverybodyInDialogs(world, screen);
      },
      { screen: options },
    ),
  );
}

test(
  'a day with an outage can be read at a glance, and is said in words',
  withConsole(
    async world => {
      const { page, open } = world;
      await busyNight(world);
      await open('overview');
      // The figures of a moment before are pushed anew within seconds.
      await page.getByText('Intake is closed').waitFor();
      await page.locator('.tile', { hasText: 'Failed or expired' }).getByText('3', { exact: true }).waitFor();
      await page
        .locator('.tile', { hasText: 'Queue to picture' })
        .locator('b', { hasText: 's' })
        .waitFor({ timeout: 20_000 });
      const ended = page.getByRole('img', { name: 'Ended, last 24 hours' });
      await ended.waitFor();
      const words = (await ended.getAttribute('aria-label')) ?? '';
      const [, succeeded = 0, blocked = 0, failed = 0] = (
        /: (\d+) succeeded, (\d+) blocked, (\d+) failed/.exec(words) ?? []
      ).map(Number);
      const before = { succeeded: 23 * 40, blocked: 23, failed: OUTAGE_HOURS * 31 };
      assert.ok(succeeded >= before.succeeded && blocked >= before.blocked && failed >= before.failed, words);
      const codes = page.getByRole('region', { name: 'Why jobs failed' });
      await codes.getByRole('link', { name: 'overloaded' }).waitFor();
      await isForEverybody(page, 'an outage');
      await keepPicture(page, 'console-overview-desktop');
    },
    { prepare: afterAnOutage },
  ),
);

test.run();

/** A service that has something to show: pictures, failures, a waiting batch, a closed door. */
async function busyNight(world: ConsoleWorld): Promise<{ readonly good: string; readonly bad: string }> {
  const { service, submitted, modelAnswers, asOperator } = world;
  const done = async (id: string) => (await service.done(id)).id;
  const webhook = '{"url":"https://127.0.0.1/hooks?order=1001"}';
  const good = await done(
    await submitted('customer-1', { webhook, customId: 'order-1001', metadata: '{"order":"1001"}' }),
  );
  await done(await submitted('customer-2', { style: 'ink-wash' }));
  modelAnswers({ kind: 'json', body: { promptFeedback: { blockReason: 'SAFETY' } } });
  await done(await submitted('customer-3'));
  modelAnswers(REFUSES);
  const failing = ['4', '5', '6'].map(name => submitted(`customer-${name}`, { customId: `order-${name}` }));
  const [bad = ''] = await Promise.all(failing.map(async id => done(await id)));
  modelAnswers(DRAWS);
  const until = new Date(Date.now() + 3_600_000).toISOString();
  await asOperator('POST', 'keys', { kind: 'server', label: 'Till', scopes: ['read'] });
  await asOperator('POST', 'queues/bulk/pause', { reason: 'The provider is slow', until });
  await asOperator('PUT', 'intake', { reason: 'A change of prices', message: 'Back at six.', until });
  await asOperator('PUT', 'budget/override', { usd: 20, until, reason: 'Christmas' });
  return { good, bad };
}

async function isForEverybodyAtNight(page: Page, path: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await isForEverybody(page, `${path} at night`);
  await page.emulateMedia({ colorScheme: 'light' });
}

/** What the page asked for has come, and its pictures are drawn. */
async function isSettled({ page }: ConsoleWorld): Promise<void> {
  await page.waitForFunction(() => document.querySelector('.loading') === null);
  await page.waitForFunction(() =>
    [...document.images].every(({ complete, loading }) => complete || loading === 'lazy'),
  );
}

/** The day before, as upkeep would have counted it: forty pictures an hour, and three hours without the provider. */
async function afterAnOutage(service: Service): Promise<void> {
  await service.terminate();
  const parts = { clock: systemClock, random: systemRandom, point: noPoint, log: silentLog, limits: LIMITS };
  const platform = await openEmbedded({ dataDir: service.directory, ...parts, baseUrl: () => service.url() });
  const thisHour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  for (let ago = 1; ago < 24; ago++) {
    const at = thisHour - ago * HOUR_MS;
    const failed = ago > 5 && ago <= 5 + OUTAGE_HOURS ? 31 : 0;
    const hour = {
      ...{ id: new Date(at).toISOString().slice(0, 13), at, submitted: 58, reused: 17 },
      ended: { succeeded: 40, blocked: 1, failed },
      codes: { content_blocked: 1, ...(failed > 0 ? { overloaded: failed - 4, timeout: 4 } : {}) },
      expireAt: at + 30 * 24 * HOUR_MS,
    };
    await platform.store.transaction(async tx => tx.set(stats, hour));
  }
  await platform.close();
  await service.start();
}

async function isForEverybodyInDialogs({ page, open, confirm }: ConsoleWorld, screen: string): Promise<void> {
  const dialogs = [
    ['keys', 'New key'],
    ['shops', 'New shop'],
    ['controls', 'Set for a while'],
  ] as const;
  for (const [path, button] of dialogs) {
    await open(path);
    await page.getByRole('button', { name: button }).click();
    await isForEverybody(page, `${button} on ${screen}`);
    await confirm('Cancel');
  }
  await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
  await isForEverybody(page, `shortcuts on ${screen}`);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Admin key').waitFor();
  await isForEverybody(page, `sign-in on ${screen}`);
}
