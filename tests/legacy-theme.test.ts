/**
 * The whole service as the old theme's pages use it, with nothing changed but the address: quota, one style, both, a wish,
 * and a day's pictures used up.
 * Platforms: embedded, and google by EASEL_TEST_PLATFORM=google.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createOldTheme, OldThemeError } from './old-theme.ts';
import { download, PHOTO, withService } from './service.ts';

export const FILE_LIMIT_MS = 240_000;

const test = suite('the old theme');
const ON = { LEGACY_API: 'on', LEGACY_SUNSET: '2027-06-30', QUOTA_NAMED_PER_DAY: '4' };

test(
  'a page checks the quota, draws one style, both and a wish, and shows what it is given',
  withService(async service => {
    await takesWishes(service);
    const page = createOldTheme(service.url(), { backoffMs: 20 });
    const before = await page.quota('named');
    assert.equal([before.allowed, before.remaining, before.limit, before.warning_level], [true, 4, 4, 1]);
    const one = await page.draw(PHOTO, 'ink_wash');
    assert.equal([one.success, one.style, one.cache_hit, one.quota_remaining], [true, 'ink_wash', false, 3]);
    const both = await page.drawBoth(PHOTO);
    const { ink_wash: had, pen_and_marker: made } = both.results;
    assert.equal([had?.cache_hit, made?.cache_hit, both.quota_remaining], [true, false, 2]);
    const wish = await page.drawWish(PHOTO, 'A watercolour of this cat on a sunny balcony');
    assert.equal([wish.style, wish.quota_remaining, wish.warning_level], ['custom', 2, 3]);
    for (const url of [one.image_url, had?.image_url, made?.image_url, wish.image_url]) {
      const picture = await download(String(url));
      assert.equal([picture.status, picture.contentType], [200, 'image/jpeg'], url);
    }
    assert.equal((await download(one.original_url)).bytes, PHOTO);
    assert.equal(page.statuses, [200, 200, 200, 200, 200]);
  }, ON),
);

test(
  'when the day is used up a page is told so, under whatever name it asks',
  withService(async service => {
    for (const style of ['ink_wash', 'sketch', 'bw_fine_art', 'van_gogh_post_impressionism']) {
      await createOldTheme(service.url(), { backoffMs: 20 }).draw(PHOTO, style);
    }
    const other = createOldTheme(service.url(), { backoffMs: 20 });
    const { allowed, remaining, warning_level: level } = await other.quota('named');
    assert.equal([allowed, remaining, level], [false, 0, 4]);
    const refused = await other.draw(PHOTO, 'charcoal').catch(error => error);
    assert.instance(refused, OldThemeError);
    assert.is(refused.status, 429);
    assert.is((await other.quota('custom')).remaining, 3, 'the other pool is untouched');
  }, ON),
);

test.run();

/** A shop on google has to want wishes in own words. */
async function takesWishes(service: Parameters<Parameters<typeof withService>[0]>[0]): Promise<void> {
  const { admin } = await service.keys();
  const { status } = await service.call('PATCH', '/v1/admin/shops/default', {
    key: admin,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ freePrompts: true, reason: 'a test' }),
  });
  assert.is(status, 200);
}
