/**
 * A submit that names the photo's address, through the real API on a small internet: what callers learn, what a repeat
 * needs, and what slow hosts may cost. Platform: embedded alone, because it has to see into the process;
 * `tests/photo-by-url.test.ts` drives the whole service.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runs } from '../../common/collections.ts';
import { PUBLIC_ADDRESS } from '../doubles/internet.ts';
import { waitFor } from '../wait-for.ts';
import { type Answer, inShop, PHOTO, PHOTO_URL, SITE } from './shop-world.ts';

const test = suite('photos by URL');

test(
  'a photo by its address is the same photo: what was drawn of it is handed out for its bytes too',
  inShop(
    (_, response) => void response.end(PHOTO),
    async ({ world, submit, upload }) => {
      world.startWorker();
      const first = await submit(PHOTO_URL);
      assert.is(first.status, 202);
      assert.is((await world.done(first.body.id ?? '')).status, 'succeeded');
      const again = await upload();
      assert.equal([again.status, JSON.parse(again.text).reused], [200, true]);
      assert.is((await submit(`${PHOTO_URL}?size=full`)).status, 200);
    },
  ),
);

test(
  'an address that is forbidden, one that does not exist, one that refuses and one that never answers look alike',
  inShop(
    (_, response) => void response.end(PHOTO),
    async ({ world, internet, submit, warnings }) => {
      internet.name('inside.example.com', ['10.1.2.3']);
      internet.name('mixed.example.com', [PUBLIC_ADDRESS, '169.254.169.254']);
      internet.name('refusing.example.com', ['1.1.1.1']);
      internet.place('1.1.1.1', 1);
      internet.name('strange.example.com', [PUBLIC_ADDRESS]);
      const urls = [
        'https://inside.example.com/cat.png',
        'https://mixed.example.com/cat.png',
        'https://nothing.example.com/cat.png',
        'https://refusing.example.com/cat.png',
        'https://strange.example.com/cat.png',
        'https://10.1.2.3/cat.png',
        'https://[::ffff:169.254.169.254]/latest/meta-data/',
        'https://2130706433/',
        'https://localhost/',
      ];
      const answers = await Promise.all(urls.map(url => submit(url)));
      const [first] = answers;
      assert.equal([first?.status, first?.body.code], [422, 'image_url_unreachable']);
      for (const [index, { status, text }] of answers.entries()) {
        assert.equal([status, text], [422, first?.text], urls[index]);
      }
      const headersOf = ({ headers }: Answer) => [...headers].filter(([name]) => !/^(date|request-id)$/.test(name));
      assert.equal(
        answers.map(headersOf),
        urls.map(() => headersOf(first as Answer)),
      );
      assert.not.match(answers.map(({ text }) => text).join(), /10\.1\.2\.3|169\.254|private|inside/);
      // The operator is told which is which.
      assert.ok(
        warnings.some(line => line.includes('address_forbidden inside.example.com leads to 10.1.2.3 (private)')),
      );
      assert.ok(warnings.some(line => line.includes('unreachable nothing.example.com')));
      assert.is(internet.canary(), 0);
      assert.is(await world.engine.store.count({ from: runs }), 0, 'nothing was kept');
    },
  ),
);

test(
  'an address that may be asked says what is wrong with it',
  inShop(
    ({ url }, response) => {
      if (url === '/moved') response.writeHead(302, { Location: 'https://127.0.0.1/' });
      if (url === '/missing') response.statusCode = 404;
      if (url === '/packed') response.setHeader('Content-Encoding', 'br');
      if (url === '/large') response.setHeader('Content-Length', 20 * 2 ** 20 + 1).flushHeaders();
      else if (url === '/empty') response.end();
      else response.end('<!doctype html><title>Not a photo</title>');
    },
    async ({ submit, requests }) => {
      const cases: readonly (readonly [url: string, status: number, code: string, says?: RegExp])[] = [
        ['/moved', 422, 'image_url_refused', /leads on to another one/],
        ['/missing', 422, 'image_url_unreachable', /status 404/],
        ['/packed', 422, 'image_url_unreachable', /cannot be read/],
        ['/large', 413, 'image_too_large'],
        ['/empty', 400, 'image_empty'],
        ['/page', 415, 'image_type_unsupported'],
      ];
      for (const [path, status, code, says] of cases) {
        const answer = await submit(`https://${SITE.name}${path}`);
        assert.equal([answer.status, answer.body.code], [status, code], path);
        if (says) assert.match(answer.body.detail ?? '', says);
      }
      assert.is(requests(), cases.length);
      for (const [url, says] of [
        [`http://${SITE.name}/`, /https:\/\//],
        [`https://${SITE.name}:8443/`, /443/],
        [`https://user:password@${SITE.name}/`, /password/],
        ['cat.png', undefined],
        ['', undefined],
      ] as const) {
        const { status, body } = await submit(url);
        assert.equal([status, body.code], [422, 'image_url_refused'], url);
        if (says) assert.match(body.detail ?? '', says);
      }
      assert.is((await submit(`https://${SITE.name}/${'x'.repeat(2_048)}`)).body.code, 'fields_invalid');
      assert.is(requests(), cases.length);
    },
  ),
);

test('a repeat under its Idempotency-Key finds the job although the photo is gone from its address', () => {
  let gone = false;
  return inShop(
    (_, response) => void (gone ? response.destroy() : response.end(PHOTO)),
    async ({ submit, requests }) => {
      const first = await submit(PHOTO_URL, { key: 'order-1' });
      assert.is(first.status, 202);
      gone = true;
      const again = await submit(`${PHOTO_URL}#front`, { key: 'order-1' });
      assert.equal([again.status, again.body.id], [202, first.body.id]);
      assert.is(again.headers.get('idempotent-replayed'), 'true');
      const another = await submit(`https://${SITE.name}/dog.png`, { key: 'order-1' });
      assert.equal([another.status, another.body.code], [422, 'idempotency_key_reused']);
      const otherwise = await submit(PHOTO_URL, { key: 'order-1', fields: { customId: 'x' } });
      assert.equal([otherwise.status, otherwise.body.code], [422, 'idempotency_key_reused']);
      assert.is(requests(), 1);
      assert.is((await submit(PHOTO_URL, { key: 'order-2' })).body.code, 'image_url_unreachable');
    },
  )();
});

test('a refused address uses up no Idempotency-Key', () => {
  let down = true;
  return inShop(
    (_, response) => void (down ? response.destroy() : response.end(PHOTO)),
    async ({ submit }) => {
      assert.is((await submit(PHOTO_URL, { key: 'order-1' })).status, 422);
      down = false;
      assert.is((await submit(PHOTO_URL, { key: 'order-1' })).status, 202);
    },
  )();
});

test(
  'of photos that are slow to come six are waited for at once; uploads go on, and all end with their time',
  inShop(
    (_, response) => void response.write('the beginning'),
    async ({ world, submit, upload, requests }) => {
      const slow = Promise.all(Array.from({ length: 6 }, (_, index) => submit(`${PHOTO_URL}?${index}`)));
      slow.catch(() => {});
      await waitFor('six requests', () => requests() === 6);
      const seventh = await submit(PHOTO_URL);
      assert.equal([seventh.status, seventh.body.code], [503, 'overloaded']);
      assert.match(seventh.headers.get('retry-after') ?? '', /^\d+$/);
      assert.is((await upload()).status, 202);
      await world.clock.advance(10_000);
      for (const { status, body } of await slow) {
        assert.equal([status, body.code], [422, 'image_url_unreachable']);
      }
      assert.is(requests(), 6);
      const after = submit(PHOTO_URL);
      await waitFor('the next one, for which there is room again', () => requests() === 7);
      await world.clock.advance(10_000);
      assert.is((await after).status, 422);
    },
  ),
);

test(
  'photos on their way count as bodies in flight do: both together find no more room than bodies alone',
  inShop(
    (_, response) => void response.write('the beginning'),
    async ({ world, submit, beginUpload, requests }) => {
      const slow = Promise.all([1, 2].map(index => submit(`${PHOTO_URL}?${index}`)));
      slow.catch(() => {});
      await waitFor('both requests', () => requests() === 2);
      // 256 MiB have room for twelve times 20: the two photos and ten bodies.
      const bodies = Array.from({ length: 11 }, beginUpload);
      await waitFor('one too many', () => bodies.some(({ status }) => status() === 503));
      for (const { cancel } of bodies) cancel();
      await world.clock.advance(10_000);
      for (const { status } of await slow) assert.is(status, 422);
    },
  ),
);

test(
  'a process that is to end waits for no photo, and says that another one may take the submit',
  inShop(
    () => {},
    async ({ submit, requests, close }) => {
      const waiting = submit(PHOTO_URL);
      await waitFor('the request', () => requests() === 1);
      close();
      const { status, body, headers } = await waiting;
      assert.equal([status, body.code], [503, 'unavailable']);
      assert.match(headers.get('retry-after') ?? '', /^\d+$/);
    },
  ),
);

test.run();
