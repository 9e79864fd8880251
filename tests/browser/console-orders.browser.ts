/**
 * Orders that came without a picture, in the console: the photo is looked at, one click has it drawn, and one that fails
 * waits on and is drawn in another style. Platform: embedded; the page asks the same of both.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PHOTO } from '../service.ts';
import { waitFor } from '../wait-for.ts';
import { PHONE } from './chromium.ts';
import { type ConsoleWorld, DRAWS, REFUSES, withConsole } from './console-world.ts';
import { isForEverybody, keepPicture } from './judge.ts';

export const FILE_LIMIT_MS = 110_000;

const test = suite('waiting orders in the console');

test(
  'one click draws what an order waits for; what fails stays, says why, and is drawn in another style',
  withConsole(async world => {
    const { page, open, confirm, modelAnswers, row, expectErrors } = world;
    expectErrors(/status of 400/);
    await open('orders');
    await page.getByText('No order waits for a picture.').waitFor();
    await orderedPhoto(world, '4711', 'charcoal');
    const second = await orderedPhoto(world, '4712', 'ink-wash');
    await open('overview');
    await open('orders');
    await row('4712').waitFor();
    const photo = page.getByRole('img', { name: 'The photo of order 4711' });
    await waitFor('the photo', () => photo.evaluate(image => (image as HTMLImageElement).naturalWidth > 0));
    await isForEverybody(page, 'waiting orders');
    await keepPicture(page, 'console-orders-desktop');

    await page.getByRole('button', { name: 'Draw the picture of order 4711' }).click();
    await waitFor('the first order to leave', async () => (await row('4711').count()) === 0, { limitMs: 30_000 });

    modelAnswers(REFUSES);
    await page.getByRole('button', { name: 'Draw the picture of order 4712' }).click();
    await row('4712').getByText('invalid_input').waitFor({ timeout: 30_000 });
    modelAnswers(DRAWS);
    await page.getByRole('button', { name: 'Draw order 4712 in another style' }).click();
    await confirm('Draw', { Style: 'cubist' });
    await page.getByRole('dialog').getByText('style_unknown').waitFor();
    await confirm('Draw', { Style: 'charcoal', Reason: 'Ink was refused' });
    await waitFor('the second order to leave', async () => (await row('4712').count()) === 0, { limitMs: 30_000 });
    await open('audit');
    await row('photo.draw').first().waitFor();
    assert.is(await row('photo.draw').count(), 3);
    await row('Ink was refused').getByText(`uploads/${second}`).waitFor();
  }),
);

test(
  'on a phone a refusal stands beside the button that was pressed',
  withConsole(
    async world => {
      const { page, open, asOperator, expectErrors } = world;
      expectErrors(/status of 503/);
      await orderedPhoto(world, '4711', 'charcoal');
      await asOperator('PUT', 'intake', { reason: 'closed' });
      await open('orders');
      await page.getByRole('button', { name: 'Draw the picture of order 4711' }).click();
      await page.getByRole('alert').getByText('intake_closed').waitFor();
      await isForEverybody(page, 'a refusal on a phone');
    },
    { screen: PHONE },
  ),
);

test.run();

/** A photo that was sent with an order. */
async function orderedPhoto({ service }: ConsoleWorld, orderId: string, style: string): Promise<string> {
  const headers = { 'Content-Type': 'application/json' };
  const post = <T>(path: string, body: object) =>
    service.call<T>('POST', path, { headers, body: JSON.stringify(body) });
  const { body } = await post<{ uploadId: string; url: string; headers: Record<string, string> }>('/v1/uploads', {
    contentType: 'image/jpeg',
    bytes: PHOTO.length,
  });
  assert.ok((await fetch(body.url, { method: 'PUT', headers: body.headers, body: new Uint8Array(PHOTO) })).ok);
  assert.is((await post(`/v1/uploads/${body.uploadId}/keep`, { style })).status, 200);
  assert.is((await post(`/v1/uploads/${body.uploadId}/order`, { orderId })).status, 200);
  return body.uploadId;
}
