/**
 * A page that goes away in the middle, and two tabs at once: what was begun is gone on with by whoever comes next, and is
 * done once. Platform: embedded; nothing here depends on where the service keeps its documents.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EaselError } from '../api/web/easel-client.ts';
import { BEHIND_A_PROXY, eachOf, holdsOneOf, WISH } from './client-shopper.ts';
import { openBrowser, openTab } from './client-tab.ts';
import { openBadLine } from './doubles/bad-line.ts';
import { type Service, withService } from './service.ts';

export const FILE_LIMIT_MS = 240_000;

const test = suite('the client, reloaded');
/** What a browser keeps is small; a photo would be seen. */
const TEXT_MAX = 2_000;
const wish = (customId: string) => ({ ...WISH, customId });

/** A session, then an upload and its bytes, then the submit. */
for (const [via, requests] of [
  ['form', 2],
  ['upload', 4],
] as const) {
  test(
    `a page that dies at any request of a submit (${via}) leaves what the next one needs, for one job`,
    withService(async service => {
      const deaths = Array.from({ length: 2 * requests + 2 }, (_, index) => ({
        dieAt: 1 + Math.floor(index / 2),
        arrived: index % 2 === 1,
      }));
      await eachOf(deaths, async ({ dieAt, arrived }, index) => {
        const order = `${via}, ${dieAt}, ${arrived ? 'arrived' : 'lost'}`;
        const { browser, line, tab } = await visit(service, index);
        const first = tab({ dieAt, arrived });
        const job = await Promise.race([first.client.submit(wish(order), { via }), first.died]);
        assert.is(job === undefined, dieAt <= requests, order);
        assert.ok((await browser.text()).length < TEXT_MAX, await browser.text());

        const { client } = tab();
        const [resumed, ...others] = await client.resume();
        assert.equal(others, [], order);
        const done = await client.wait(resumed?.id ?? '');
        await holdsOneOf(service, { client, order }, { done, picture: await client.download(done) });
        assert.equal(await client.unfinished(), { jobs: [], submits: [] }, order);
        assert.is(browser.photoCount(), 0, `${order}: no photo is left`);
        await line.close();
      });
    }, BEHIND_A_PROXY),
  );
}

test(
  'a page that dies while it waits leaves the id, and the next one waits on',
  withService(async service => {
    const { line, tab } = await visit(service, 1);
    const first = tab({ dieAt: 3 });
    const { id } = await first.client.submit(wish('waiting'));
    await Promise.race([first.client.wait(id), first.died]);
    const { client } = tab();
    assert.equal(
      (await client.unfinished()).jobs.map(job => [job.id, job.style]),
      [[id, 'charcoal']],
    );
    const [job] = await client.resume();
    assert.is(job?.id, id);
    const done = await client.wait(id);
    await holdsOneOf(service, { client, order: 'waiting' }, { done, picture: await client.download(done) });
    assert.equal(await client.resume(), [], 'what is done is told once');
    await line.close();
  }, BEHIND_A_PROXY),
);

test(
  'two tabs open one session, and one of them sends what was not answered; the other leaves it alone',
  withService(async service => {
    for (const withLocks of [true, false]) {
      const order = withLocks ? 'two tabs' : 'two tabs without locks';
      const { line, tab } = await visit(service, withLocks ? 1 : 2);
      const dying = tab({ dieAt: 2, arrived: false });
      await Promise.race([dying.client.submit(wish(order)), dying.died]);
      const tabs = [tab({ withLocks }), tab({ withLocks })];
      const resumed = await Promise.all(tabs.map(({ client }) => client.resume()));
      const submits = tabs.flatMap(({ requests }) => requests.filter(name => name === 'POST /v1/jobs'));
      assert.is(submits.length, withLocks ? 1 : 2, order);
      const ids = new Set(resumed.flat().map(({ id }) => id));
      assert.is(ids.size, 1, order);
      const [one, other] = tabs.map(({ client }) => client);
      if (!one || !other) throw new Error('there are two');
      const [id = ''] = ids;
      const [done] = await Promise.all([one.wait(id), other.wait(id)]);
      await holdsOneOf(service, { client: other, order }, { done, picture: await one.download(done) });
      await line.close();
    }
  }, BEHIND_A_PROXY),
);

test(
  'tabs that come at the same time share one session, so that each sees the jobs of all',
  withService(async service => {
    const { line, tab } = await visit(service, 1);
    const tabs = Array.from({ length: 5 }, () => tab());
    const tokens = await Promise.all(tabs.map(async ({ client }) => (await client.session()).token));
    assert.is(new Set(tokens).size, 1);
    assert.is(line.requests.filter(({ name }) => name === 'POST /v1/sessions').length, 1);
    const [first, second] = tabs;
    const job = await first?.client.submit(wish('shared'));
    assert.is((await second?.client.get(job?.id ?? ''))?.id, job?.id);
    await line.close();
  }, BEHIND_A_PROXY),
);

test(
  'a submit that is given up at any request throws the reason, sends nothing more, and is not gone on with',
  withService(async service => {
    const reasons = [new Error('enough'), new DOMException('too late', 'TimeoutError')];
    const cases = [1, 2, 3, 4].flatMap(giveUpAt => reasons.map(reason => ({ giveUpAt, reason })));
    await eachOf(cases, async ({ giveUpAt, reason }, index) => {
      const order = `given up at ${giveUpAt}: ${reason.name}`;
      const { browser, line, tab } = await visit(service, index);
      const giving = new AbortController();
      line.plan(() => {
        if (line.requests.length === giveUpAt) giving.abort(reason);
        return undefined;
      });
      const first = tab();
      const { signal } = giving;
      const thrown = await first.client.submit(wish(order), { via: 'upload', signal }).catch((error: unknown) => error);
      assert.is(thrown, reason, order);
      assert.is(first.requests.length, giveUpAt, order);
      const { client } = tab();
      const { submits } = await client.unfinished();
      if (reason.name === 'Error') {
        assert.equal([submits.length, browser.photoCount()], [0, 0], 'whoever gives up does so for good');
      } else {
        assert.is(submits.length, 1, 'whose time is over goes on later');
        const [job] = await client.resume();
        const done = await client.wait(job?.id ?? '');
        await holdsOneOf(service, { client, order }, { done, picture: await client.download(done) });
      }
      await line.close();
    });
  }, BEHIND_A_PROXY),
);

test(
  'a refusal leaves nothing behind, and a service that does not answer leaves the key',
  withService(async service => {
    const { browser, line, tab } = await visit(service, 1);
    const { client } = tab();
    const refusal = await client.submit({ ...wish('x'), style: 'no-such' }).catch((error: unknown) => error);
    assert.ok(refusal instanceof EaselError);
    assert.equal([refusal.code, refusal.errors], ['style_unknown', []]);
    assert.equal([await client.unfinished(), browser.photoCount()], [{ jobs: [], submits: [] }, 0]);

    const wrong = await client.submit({ ...wish('x'), options: { variation: 12 } }).catch((error: unknown) => error);
    assert.ok(wrong instanceof EaselError);
    assert.equal([wrong.code, wrong.errors[0]?.pointer], ['fields_invalid', '/options/variation']);

    line.plan(request => (request === 'POST /v1/jobs' ? 'drop after' : undefined));
    const unanswered = await client.submit(wish('unanswered')).catch((error: unknown) => error);
    assert.ok(unanswered instanceof EaselError);
    assert.equal([unanswered.code, unanswered.retryable], ['network', true]);
    line.plan(() => undefined);
    const [known] = (await client.unfinished()).submits;
    assert.is(unanswered.idempotencyKey, known?.idempotencyKey);
    const again = { idempotencyKey: unanswered.idempotencyKey ?? '' };
    const done = await client.wait(await client.submit(wish('unanswered'), again));
    await holdsOneOf(service, { client, order: 'unanswered' }, { done, picture: await client.download(done) });
    assert.equal(await client.unfinished(), { jobs: [], submits: [] });
    await line.close();
  }, BEHIND_A_PROXY),
);

test.run();

/** A shopper's browser at an address of its own. */
async function visit(service: Service, index: number) {
  const line = await openBadLine({ from: `198.51.100.${index + 1}` });
  const browser = openBrowser();
  const { storefront: key } = await service.keys();
  const tab = (options: { dieAt?: number; arrived?: boolean; withLocks?: boolean } = {}) =>
    openTab(browser, { line, url: service.url(), key, ...options });
  return { browser, line, tab };
}
