/**
 * The night shift: jobs fail because of the provider, an operator finds them by code, plans a retry, applies it, watches it
 * to the end, and looks at the pictures. Platform: embedded; the page asks the same of both.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ConsoleWorld, DRAWS, REFUSES, withConsole } from './console-world.ts';
import { isForEverybody, keepPicture } from './judge.ts';

export const FILE_LIMIT_MS = 110_000;

const test = suite('bulk actions in the console');
const FAILING = 6;

test(
  'the failed jobs of the last hour are found by code, planned, tried again and watched, until all pictures are there',
  withConsole(async world => {
    const { page, open, confirm, submitted, service, modelAnswers } = world;
    modelAnswers({ kind: 'json', body: { promptFeedback: { blockReason: 'SAFETY' } } });
    const blocked = await submitted('customer-0');
    await service.done(blocked);
    modelAnswers(REFUSES);
    const ids = await Promise.all(Array.from({ length: FAILING }, (_, index) => submitted(`customer-${index + 1}`)));
    await Promise.all(ids.map(id => service.done(id)));
    modelAnswers(DRAWS);

    await open('jobs');
    await page.getByLabel('Submitted').selectOption('1h');
    await page.getByLabel('State').selectOption('failed');
    await page.locator('.found').getByRole('link', { name: 'invalid_input' }).click();
    await page.locator('.found').getByText(`${FAILING} jobs`).waitFor();
    assert.match(page.url(), /status=failed/);
    assert.match(page.url(), /code=invalid_input/);

    await page.getByRole('link', { name: 'Act on all of these' }).click();
    await page.getByRole('heading', { name: `${FAILING} jobs with` }).waitFor();
    await page.getByRole('button', { name: 'Plan: retry' }).click();
    await confirm('Make the plan', { Reason: 'The provider was wrong' });
    await page.getByRole('heading', { name: 'The plan' }).waitFor();
    await isForEverybody(page, 'a plan');
    await keepPicture(page, 'console-plan-desktop');
    await page.getByRole('button', { name: `Apply to ${FAILING} jobs` }).click();
    await confirm('Apply', { 'How fast': '5' });
    await page.getByRole('heading', { name: `${FAILING} of ${FAILING} jobs, 100 %` }).waitFor({ timeout: 20_000 });
    await page.locator('.headline .state', { hasText: 'done' }).waitFor();
    await isForEverybody(page, 'a bulk action that is done');
    await Promise.all(ids.map(id => service.done(id)));

    await page.getByRole('link', { name: 'These jobs now' }).click();
    await seesPictures(world, FAILING);
    await isForEverybody(page, 'the pictures');
  }),
);

test.run();

async function seesPictures({ page }: ConsoleWorld, count: number): Promise<void> {
  await page.waitForFunction(
    expected =>
      [...document.querySelectorAll<HTMLImageElement>('img.thumbnail')].filter(image => image.naturalWidth > 0)
        .length === expected,
    count,
    { timeout: 20_000 },
  );
}
