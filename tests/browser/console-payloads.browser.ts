/**
 * What strangers write is shown to operators as text: 200 payloads, through every field that a stranger controls, on every
 * page that shows it. Platform: embedded.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PHOTO, type Service } from '../service.ts';
import { type ConsoleWorld, withConsole } from './console-world.ts';
import { payloads, printable } from './payloads.ts';

export const FILE_LIMIT_MS = 110_000;

const test = suite('what strangers write in the console');

const JOBS = 20;
const FIELDS = 10;

test(
  `none of ${JOBS * FIELDS} payloads runs, wherever a stranger can write it`,
  withConsole(
    async world => {
      const { page, open, asOperator, expectErrors } = world;
      // What such an address asks for is no filter and no job, which the network notes as an error.
      expectErrors(/status of 40[04]/);
      const ran = await watch(world);
      await asOperator('POST', 'queues/interactive/pause', { reason: 'so that nothing is drawn' });
      const texts = payloads(JOBS * FIELDS);
      const jobs = [];
      for (let index = 0; index < JOBS; index++) {
        const mine = texts.slice(index * FIELDS, (index + 1) * FIELDS);
        jobs.push({ id: await submit(world.service, mine), texts: mine });
      }
      // The end of a job tells its webhook, whose address the list of deliveries then shows.
      for (const { id, texts: mine } of jobs) {
        await asOperator('POST', `jobs/${id}/cancel`, { reason: printable(mine[3] ?? '') });
      }
      for (const path of ['jobs', 'webhooks', 'audit', 'overview', 'controls', 'bulk', 'batches']) {
        await open(path);
        await page.waitForFunction(() => document.querySelector('.loading') === null);
      }
      for (const { id, texts: mine } of jobs) await showsAsText(world, id, mine);
      for (const text of texts.filter((_, index) => index % 8 === 0)) await asAddress(world, text);
      assert.equal(await ran(), []);
    },
    { model: false },
  ),
);

test.run();

/** Ten fields of a submit. The name of a style is refused when it is none, and so is an address that is none. */
async function submit(service: Service, texts: readonly string[]): Promise<string> {
  const [customId, customer, prompt, idempotency, file, path, agent, name, value, style] = texts as Ten;
  const form = new FormData();
  form.set('image', new Blob([new Uint8Array(PHOTO)]), file);
  const fields = {
    prompt: prompt.padEnd(3, '.'),
    customId: customId.slice(0, 128),
    customerId: customer.slice(0, 128),
    metadata: JSON.stringify({ [name.slice(0, 40)]: value, name: file }),
    webhook: JSON.stringify({
      url: `https://hooks.example/${encodeURIComponent(path)}?q=${path.replaceAll(/\s/g, '+')}`,
    }),
  };
  for (const [field, text] of Object.entries(fields)) form.set(field, text);
  const headers = { 'User-Agent': printable(agent), 'Idempotency-Key': printable(idempotency) };
  const refused = new FormData();
  refused.set('style', style);
  refused.set('image', new Blob([new Uint8Array(PHOTO)]), file);
  assert.is((await service.call('POST', '/v1/jobs', { body: refused, headers })).status, 400);
  const { status, body } = await service.call('POST', '/v1/jobs', { body: form, headers });
  assert.is(status, 202, JSON.stringify([body, texts]));
  return body.id;
}

type Ten = [string, string, string, string, string, string, string, string, string, string];

/** Resolves with everything that a payload managed to do. */
async function watch({ page }: ConsoleWorld): Promise<() => Promise<readonly string[]>> {
  const heard: string[] = [];
  page.on('dialog', dialog => {
    heard.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.exposeFunction('canary', () => void heard.push('the canary sang'));
  await page.evaluate(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, sample }) => {
      console.error(`the policy had to step in: ${violatedDirective} ${sample}`);
    });
  });
  return async () => {
    // The canary does sing: a watch that hears nothing proves nothing.
    await page.evaluate('canary()');
    assert.is(heard.pop(), 'the canary sang');
    return heard;
  };
}

async function showsAsText({ page, open }: ConsoleWorld, id: string, texts: readonly string[]): Promise<void> {
  await open(`jobs/${id}`);
  const [customId = '', customer = '', prompt = '', , , , , , value = ''] = texts;
  for (const text of [customId, customer, prompt, value]) {
    const shown = text.slice(0, 100);
    await page.waitForFunction(words => document.getElementById('main')?.textContent?.includes(words), shown);
  }
  const made = await page.evaluate(
    () =>
      document.querySelectorAll('#console :is(script, iframe, object, embed, base, meta, style, [onerror], [onload])')
        .length,
  );
  assert.is(made, 0, `elements out of ${id}`);
}

/** As somebody sends it to an operator in a link: a search, a filter, a page. */
async function asAddress({ page, open }: ConsoleWorld, text: string): Promise<void> {
  const written = encodeURIComponent(text);
  for (const path of [
    `jobs?q=${written}`,
    `jobs?shop=${written}&code=${written}&style=${written}`,
    written,
    `jobs/${written}`,
  ]) {
    await open(path);
  }
  await page.getByRole('main').waitFor();
}
