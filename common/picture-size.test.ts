import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CATALOGUE } from './models.ts';
import { pictureSize, printSize } from './picture-size.ts';

test('every size and ratio of the catalogue has a picture of about that shape', () => {
  for (const entry of CATALOGUE.values()) {
    for (const size of entry.sizes) {
      for (const aspectRatio of entry.aspectRatios) {
        const picture = pictureSize(entry, { size, aspectRatio });
        const [across = 0, down = 1] = aspectRatio.split(':').map(Number);
        const shape = (picture?.widthPx ?? 0) / (picture?.heightPx ?? 1) / (across / down);
        assert.ok(Math.abs(shape - 1) < 0.04, `${entry.id} ${size} ${aspectRatio}: ${JSON.stringify(picture)}`);
      }
    }
  }
});

test('larger sizes print larger, at 300 dots an inch', () => {
  const model = { id: 'gemini-3-pro-image' };
  const at = (size: string) => pictureSize(model, { size, aspectRatio: '4:5' });
  assert.equal(at('2K'), { widthPx: 1_856, heightPx: 2_304 });
  assert.equal(printSize({ widthPx: 3_000, heightPx: 600 }), {
    widthCm: 25.4,
    heightCm: 5.1,
    widthIn: 10,
    heightIn: 2,
  });
  assert.is(at('8K'), undefined);
  assert.is(pictureSize(model, { size: '1K', aspectRatio: '7:3' }), undefined);
});

test.run();
