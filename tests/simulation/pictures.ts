/**
 * Decoding without a decoder: takes simulated time, and tells a picture from what is none by its text. The decoder
 * itself has tests of its own; its threads would end in another order each time.
 */
import { sha256 } from '../../common/ids.ts';
import { ModelError } from '../../common/platform/model.ts';
import type { Pictures } from '../../worker/pictures.ts';
import type { Process } from './process.ts';

export function simulatedPictures({ call, dice }: Process): Pictures {
  const work = async (what: string, take?: (weightPx: number) => Promise<void>) => {
    await take?.(dice.between(100_000, 40_000_000));
    await call(what, () => {}, { within: true });
  };
  return {
    async normalise(photo, { take } = {}) {
      await work('makes the photo fit', take);
      return { bytes: photo, width: 256, height: 256 };
    },
    async verifyPicture(bytes, { take } = {}) {
      await work('proves a picture', take);
      if (!Buffer.from(bytes).toString().startsWith('picture '))
        throw new ModelError('unreadable_image', 'half a picture');
      return { contentType: 'image/png', width: 64, height: 80, sha256: sha256(bytes), bytes: bytes.byteLength };
    },
    async makePreview(picture, { take } = {}) {
      await work('makes a preview', take);
      return { preview: picture.slice(0, 8), placeholder: 'AAAA' };
    },
  };
}
