/**
 * What operators do in the console, by what can be read and pressed: a queue that is paused, keys made and revoked, a job
 * tried again. Platform: embedded; the page asks the same of both.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ConsoleWorld, DRAWS, REFUSES, signOut, withConsole } from './console-world.ts';

export const FILE_LIMIT_MS = 110_000;

const test = suite('the console');

test(
  'a paused queue keeps what is submitted waiting, says so on every page, and goes on when it is resumed',
  withConsole(async world => {
    const { page, open, confirm, row } = world;
    await open('controls');
    await row('interactive').getByRole('button', { name: 'Pause' }).click();
    await confirm('Pause', { Reason: 'The provider is slow' });
    await row('interactive').getByText('paused', { exact: false }).first().waitFor();
    const id = await world.submitted('customer-1');
    await row('interactive').locator('td', { hasText: /^1$/ }).waitFor();
    await open(`jobs/${id}`);
    await page.getByRole('main').getByText('queued').first().waitFor();
    await page.getByRole('complementary', { name: 'What needs attention' }).getByText('The provider is slow').waitFor();
    await open('controls');
    await row('interactive').getByRole('button', { name: 'Resume' }).click();
    await confirm('Resume');
    await open(`jobs/${id}`);
    await sees(world, 'The picture');
    const { entries } = await world.asOperator<Audit>('GET', 'audit');
    assert.equal(
      entries.map(({ action }) => action),
      ['queue.resume', 'queue.pause'],
    );
    assert.is(entries[1]?.reason, 'The provider is slow');
  }),
);

test(
  'a key is shown once, works, and works no more when it is revoked; signed out, nothing is shown',
  withConsole(async ({ page, open, confirm, row, service }) => {
    await open('keys');
    await page.getByRole('button', { name: 'New key' }).click();
    await confirm('Make key', { For: 'server', Label: 'Till' });
    const key = (await page.getByRole('dialog').locator('.secret code').textContent()) ?? '';
    assert.match(key, /^sk_[\w-]{43}$/);
    await page.getByRole('button', { name: 'Close' }).click();
    await row('Till').getByRole('button', { name: 'Revoke' }).click();
    await confirm('Revoke', { Reason: 'The till was sold' });
    await row('Till').getByText('revoked').waitFor();
    assert.is((await service.call('GET', '/v1/styles', { key })).status, 401);
    assert.not.ok((await page.content()).includes(key), 'nowhere in the page any more');
    await signOut(page);
    await page.goto(`${service.url()}/admin#/keys`);
    await page.getByLabel('Admin key').waitFor();
    assert.not.match(await page.content(), 'Till');
  }),
);

test(
  'who is signed in with a key that is revoked is signed out by the page',
  withConsole(async ({ page, open, confirm, asOperator }) => {
    await asOperator('POST', 'keys', { kind: 'admin', label: 'Another operator' });
    await open('keys');
    await page.locator('tbody tr', { hasText: 'yours' }).getByRole('button', { name: 'Revoke' }).click();
    await confirm('Revoke', { Reason: 'It was lost' });
    await page.locator('tbody tr', { hasText: 'yours' }).getByText('revoked').waitFor();
    // The key is remembered for half a minute for looking, and for nothing else.
    await page.getByRole('button', { name: 'New key' }).click();
    await confirm('Make key', { Label: 'Mine again' });
    await page.getByLabel('Admin key').waitFor();
  }),
);

test(
  'a job that failed says why, and is tried again once, however often the button is pressed',
  withConsole(async world => {
    const { page, open, confirm, row, modelAnswers } = world;
    modelAnswers(REFUSES);
    const id = await world.submitted('customer-1', { customId: 'order-1001' });
    await world.service.done(id);
    modelAnswers(DRAWS);
    await open('jobs?status=failed&since=1h');
    await row('order-1001').getByText('invalid_input').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('main').getByText('The request is not valid.').first().waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('The provider was wrong');
    await page.getByRole('dialog').getByRole('button', { name: 'Try again', exact: true }).dblclick();
    await sees(world, 'The picture');
    const job = await world.asOperator<{ run: number; attemptRows: unknown[] }>('GET', `jobs/${id}`);
    assert.equal([job.run, job.attemptRows.length], [2, 2]);
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await row('job.retry').getByText('The provider was wrong').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Keyboard shortcuts').waitFor();
    await confirm('Good');
  }),
);

test.run();

interface Audit {
  readonly entries: readonly { readonly action: string; readonly reason?: string }[];
}

/** The picture of this name is not only there, it has been loaded and drawn. */
async function sees({ page }: ConsoleWorld, name: string): Promise<void> {
  const picture = page.getByRole('img', { name });
  await picture.waitFor({ timeout: 20_000 });
  await page.waitForFunction(alt => {
    const image = document.querySelector<HTMLImageElement>(`img[alt="${alt}"]`);
    return image?.complete === true && image.naturalWidth > 0;
  }, name);
}
