/**
 * The model for people without a Gemini key: draws the named styles from the real photo on this machine, for nothing.
 * It cannot follow a prompt, and every picture says *preview*. The same request always gives the same bytes.
 */
import pLimit from 'p-limit';
import sharp from 'sharp';
import { OFFLINE_MODEL } from '../common/models.ts';
import { type DrawRequest, type Model, ModelError } from '../common/platform/model.ts';
import { breathe, colourOf, greyOf, open, randomFrom, type Sheet } from './offline-planes.ts';
import { drawingFor } from './offline-styles.ts';
import { previewMark } from './preview-mark.ts';

const LONG_SIDE_PX: ReadonlyMap<string, number> = new Map([
  ['512', 512],
  ['1K', 1024],
]);
/** A normalised photo has at most 2048 a side; more than this is not from us. */
const INPUT_PIXELS_MAX = 50_000_000;
const NOTHING_USED = { inputTokens: 0, outputTextTokens: 0, outputImageTokens: 0 };
/** More at once are no faster, and keep the process from its files: answers of the API took three times as long. */
const DRAWINGS_AT_ONCE = 2;
/** How much of the way from the middle the crop follows the eye-catcher: people put their pet in the middle. */
const TOWARDS_ATTENTION = 0.3;

export function createOfflineModel(): Model {
  const easels = pLimit(DRAWINGS_AT_ONCE);
  const draw: Model['generate'] = async (request, { signal }) => {
    signal.throwIfAborted();
    const sheet = await layOut(request, signal);
    const picture = await drawingFor(request.style)(sheet);
    const marked = open(sheet, picture).composite([previewMark(sheet)]);
    const bytes = await marked.jpeg({ quality: 92, chromaSubsampling: '4:4:4' }).toBuffer();
    signal.throwIfAborted();
    return { bytes, model: OFFLINE_MODEL, usage: NOTHING_USED };
  };
  return { generate: (request, options) => easels(() => draw(request, options)) };
}

/** The photo on a sheet of the size and shape that is asked for. */
async function layOut(request: DrawRequest, signal: AbortSignal): Promise<Sheet> {
  const { width, height } = sizeOf(request);
  const photo = await decode(request.image);
  await breathe({ signal });
  const region = await regionFor(photo, { ratio: width / height, variation: request.variation });
  await breathe({ signal });
  const cut = pipelineOf(photo).extract(region).resize(width, height, { fit: 'fill' });
  const colour = await colourOf(cut);
  const unit = Math.max(width, height) / 1000;
  const bare = { width, height, unit, colour, variation: request.variation, signal };
  return { ...bare, grey: await greyOf(open(bare, colour)) };
}

function sizeOf({ size, aspectRatio }: DrawRequest): { width: number; height: number } {
  const long = LONG_SIDE_PX.get(size);
  const [, across, down] = /^(\d{1,2}):(\d{1,2})$/.exec(aspectRatio)?.map(Number) ?? [];
  if (!long || !across || !down) {
    throw new ModelError(
      'invalid_input',
      `size and aspect ratio: expected such as 1K and 4:5, got ${size} and ${aspectRatio}`,
    );
  }
  const scale = long / Math.max(across, down);
  return { width: Math.round(across * scale), height: Math.round(down * scale) };
}

interface Photo {
  readonly data: Buffer;
  readonly info: { readonly width: number; readonly height: number };
}

async function decode(image: Uint8Array): Promise<Photo> {
  try {
    return await sharp(image, { failOn: 'warning', limitInputPixels: INPUT_PIXELS_MAX })
      .autoOrient()
      .flatten({ background: '#fff' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
  } catch (error) {
    throw new ModelError('input_unreadable', 'the photo does not decode', { cause: error });
  }
}

function pipelineOf({ data, info }: Photo) {
  return sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } });
}

/** The largest part of the photo with that ratio; with a variation somewhat less of it, elsewhere. */
async function regionFor(photo: Photo, { ratio, variation }: { ratio: number; variation: number }) {
  const whole = photo.info;
  const width = Math.max(1, Math.min(whole.width, Math.round(whole.height * ratio)));
  const height = Math.max(1, Math.min(whole.height, Math.round(whole.width / ratio)));
  const { info } = await pipelineOf(photo)
    .resize(width, height, { fit: 'cover', position: 'attention' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const random = randomFrom(variation);
  const zoom = 1 - 0.12 * (variation === 0 ? 0 : random());
  const place = (offset: number | undefined, all: number, part: number) => {
    const middle = (all - part) / 2;
    const start = middle + TOWARDS_ATTENTION * (Math.abs(offset ?? middle) - middle);
    const length = Math.max(1, Math.floor(part * zoom));
    return [Math.round(start + (part - length) * random()), length] as const;
  };
  const [left, cutWidth] = place(info.cropOffsetLeft, whole.width, width);
  const [top, cutHeight] = place(info.cropOffsetTop, whole.height, height);
  return { left, top, width: cutWidth, height: cutHeight };
}
