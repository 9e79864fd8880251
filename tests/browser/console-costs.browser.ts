/**
 * The costs of a month in the console: as bars, as a table, in words, and as a file for a spreadsheet. Platform: embedded.
 */
import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock, systemRandom } from '../../common/clock.ts';
import { bookCosts } from '../../common/costs/book-costs.ts';
import { openEmbedded } from '../../common/embedded/platform.ts';
import type { Run } from '../../common/job.ts';
import { DAY_MS, LIMITS } from '../../common/limits.ts';
import { silentLog } from '../../common/log.ts';
import { noPoint } from '../../common/points.ts';
import type { Service } from '../service.ts';
import { DESKTOP, PHONE } from './chromium.ts';
import { type ConsoleWorld, withConsole } from './console-world.ts';
import { isForEverybody, keepPicture } from './judge.ts';

export const FILE_LIMIT_MS = 110_000;

const test = suite('the console: costs');
/** The last month is over, so that whatever day it is, its figures are known. */
const MONTH = monthBefore(new Date());
const DAYS = 28;
const EACH = 34_134;
const HALF = EACH / 2;

test(
  'a month can be read as bars, as a table and as a file, and the choice stands in the address',
  withConsole(
    async world => {
      const { page, open } = world;
      await open(`costs?month=${MONTH}`);
      await tile(world, 'Pictures drawn', String(DAYS * 3));
      await tile(world, 'Spent', `$${((DAYS * (3 * EACH + HALF)) / 1e6).toFixed(2)}`);
      const chart = page.getByRole('img', { name: `Spent, ${MONTH}` });
      assert.match(
        (await chart.getAttribute('aria-label')) ?? '',
        `$${((DAYS * (2 * EACH + HALF)) / 1e6).toFixed(2)} billed, `,
      );
      await page
        .locator('tbody tr', { hasText: 'charcoal' })
        .getByText(String(DAYS), { exact: true })
        .first()
        .waitFor();
      await isForEverybody(page, 'costs by style');
      await keepPicture(page, 'console-costs-desktop');

      await page.getByLabel('By', { exact: true }).selectOption('tier');
      await page.locator('tbody tr', { hasText: 'economy' }).waitFor();
      assert.match(page.url(), `month=${MONTH}&by=tier`);
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('Download as CSV').click()]);
      assert.is(download.suggestedFilename(), `easel-costs-${MONTH}-by-tier.csv`);
      const csv = await readFile(await download.path(), 'utf8');
      assert.match(csv, /^tier,spent_usd,possibly_usd,pictures,price_each_usd,reused,reused_share,attempts\r\n/);
      assert.match(csv, `interactive,${((DAYS * 3 * EACH) / 1e6).toFixed(6)},`);

      await page.getByLabel('Month').selectOption({ index: 0 });
      await page.getByText('Nothing was drawn in this month.').waitFor();
      await isForEverybody(page, 'a month without a picture');
      await page.keyboard.press('g');
      await page.keyboard.press('o');
      await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
      await page.keyboard.press('g');
      await page.keyboard.press('c');
      await page.getByRole('heading', { name: 'Costs', level: 1 }).waitFor();
    },
    { prepare: afterAMonth, screen: DESKTOP },
  ),
);

test(
  'on a phone at night',
  withConsole(
    async world => {
      await world.open(`costs?month=${MONTH}`);
      await tile(world, 'Pictures drawn', String(DAYS * 3));
      await world.page.locator('tbody tr', { hasText: 'charcoal' }).waitFor();
      await isForEverybody(world.page, 'costs on a phone');
      await keepPicture(world.page, 'console-costs-phone');
    },
    { prepare: afterAMonth, screen: { ...PHONE, colorScheme: 'dark' } },
  ),
);

test.run();

async function tile({ page }: ConsoleWorld, name: string, figure: string): Promise<void> {
  await page.locator('.tile', { hasText: name }).getByText(figure, { exact: true }).waitFor();
}

/** Three pictures a day, a call that timed out, and one that was there already; each day one of them in economy. */
async function afterAMonth(service: Service): Promise<void> {
  await service.terminate();
  const platform = await openEmbedded({
    ...{ dataDir: service.directory, clock: systemClock, random: systemRandom, point: noPoint, log: silentLog },
    ...{ limits: LIMITS, baseUrl: () => 'http://127.0.0.1:1' },
  });
  try {
    for (let day = 0; day < DAYS; day++) {
      await platform.store.transaction(async tx => {
        for (const run of runsOf(day)) bookCosts(tx, 1, undefined, run);
      });
    }
  } finally {
    await platform.close();
  }
  await service.start();
}

function runsOf(day: number): Run[] {
  const at = Date.parse(`${MONTH}-01`) + day * DAY_MS;
  const spendDay = new Date(at).toISOString().slice(0, 10);
  const attempt = {
    fence: 1,
    startedAt: at,
    endedAt: at,
    spendDay,
    model: 'gemini-3.1-flash-lite-image',
    estimateMicroUsd: EACH,
  };
  const run = (fields: object) => ({
    id: 'job_1',
    shop: 'default',
    status: 'succeeded',
    lane: 'interactive',
    finishedAt: at,
    ...fields,
  });
  const drawn = { ...attempt, outcome: 'succeeded', billed: 'yes', costMicroUsd: EACH };
  const half = { ...drawn, upstreamBatch: 'upb_1', costMicroUsd: HALF };
  return [
    run({ style: 'ink-wash', attempts: [{ ...attempt, outcome: 'timeout', billed: 'possibly' }, drawn] }),
    run({ style: 'charcoal', attempts: [drawn] }),
    run({ style: 'pen-and-marker', attempts: [half] }),
    run({ style: 'ink-wash', attempts: [], reused: true, model: 'gemini-3.1-flash-lite-image' }),
  ] as unknown as Run[];
}

function monthBefore(now: Date): string {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1)).toISOString().slice(0, 'YYYY-MM'.length);
}
