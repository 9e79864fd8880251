/**
 * The console in Firefox and in WebKit, as far as a key, a list, a job and a dialog: modules by an import map under a
 * policy with trusted types, where the browser has them. Platform: embedded.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type JobAnswer, withService } from '../../service.ts';
import { waitFor } from '../../wait-for.ts';
import { BROWSERS, keepPicture, listenFor, within } from './browsers.ts';

export const FILE_LIMIT_MS = 400_000;

const test = suite('the console elsewhere');

for (const kind of BROWSERS) {
  test(
    `in ${kind.name}: an operator signs in, sees what waits and what was made, and pauses a queue`,
    within(kind, browser =>
      withService(async service => {
        const { body } = await service.submit({ style: 'charcoal' });
        const { admin } = await service.keys();
        const until = (what: string, expression: string) =>
          waitFor(what, () => browser.read<boolean>(expression), { limitMs: 60_000, everyMs: 200 });
        const heading = (text: string) => `document.querySelector('h1')?.textContent === ${JSON.stringify(text)}`;
        const button = (text: string) =>
          `[...document.querySelectorAll('button')].find(found => found.textContent.trim() === ${JSON.stringify(text)})`;

        await browser.open(`${service.url()}/admin`);
        await until('the sign-in', `document.querySelector('input') !== null`);
        await browser.read(listenFor);
        await browser.read(`(() => {
          const field = document.querySelector('input');
          field.value = ${JSON.stringify(admin)};
          field.dispatchEvent(new Event('input', { bubbles: true }));
          field.form.requestSubmit();
        })()`);
        await until('the overview', heading('Overview'));
        await until('a chart or a figure', `document.querySelector('main').textContent.length > 200`);
        await keepPicture(browser, `${kind.name}-console-overview`);

        await browser.read(`void (location.hash = '#/jobs')`);
        await until('the list', `document.querySelectorAll('tbody tr').length === 1`);
        await browser.read(`void (location.hash = '#/jobs/${(body as JobAnswer).id}')`);
        await until('the job', `document.querySelector('main').textContent.includes('charcoal')`);
        await keepPicture(browser, `${kind.name}-console-job`);

        await browser.read(`void (location.hash = '#/controls')`);
        await until('the queues', `${button('Pause …')} !== undefined`);
        await browser.read(`${button('Pause …')}.click()`);
        await until('the dialog', `document.querySelector('dialog[open]') !== null`);
        await keepPicture(browser, `${kind.name}-console-dialog`);
        assert.equal(await browser.read('wrong'), []);
      }),
    ),
  );
}

test.run();
