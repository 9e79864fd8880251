/**
 * Looks at every item of a batch before the first becomes a job: its form, its style, that its name is the only one, that
 * its upload is the shop's. What is good is written away in parts; what is not is listed by its line. Looking again at the
 * same lines writes the same parts.
 */
import { uploads } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { ProblemError } from '../errors.ts';
import { estimateMicroUsd } from '../models.ts';
import type { Outbound } from '../outbound/outbound.ts';
import { OutboundError } from '../outbound/outbound-error.ts';
import type { Style } from '../styles.ts';
import { findStyle, resolveWish } from '../wish.ts';
import { type Batch, INVALID_LISTED_MAX, type InvalidLine, ITEMS_MAX } from './batch.ts';
import type { ItemFields, StoredItem } from './item.ts';
import { PART_ITEMS, writeItems } from './parts.ts';

/** A line that was parsed, or why it could not be. */
export type Candidate = { readonly line: number } & (
  | { readonly fields: ItemFields }
  | { readonly error: ProblemError; readonly customId?: string }
);

export interface Checked {
  /** Items that are good. */
  readonly total: number;
  readonly parts: number;
  readonly invalid: { readonly count: number; readonly lines: readonly InvalidLine[] };
  readonly estimateMicroUsd: number;
  /** There are more lines than a batch may have; those beyond were not looked at. */
  readonly tooMany: boolean;
}

type Checking = Pick<Engine, 'store' | 'bucket' | 'clock' | 'catalogue'> & {
  readonly outbound: Pick<Outbound, 'check'>;
};
type CheckedBatch = Pick<Batch, 'id' | 'token' | 'shop' | 'items'>;

/** `photoOf` puts a photo that came within the item where it is found again. */
export async function checkItems(
  engine: Checking,
  batch: CheckedBatch,
  candidates: AsyncIterable<Candidate> | Iterable<Candidate>,
  photoOf: (data: string, index: number) => Promise<string> = noPhoto,
): Promise<Checked> {
  const check = createItemCheck(engine, batch, photoOf);
  const invalid: InvalidLine[] = [];
  let invalidCount = 0;
  let seen = 0;
  let total = 0;
  let parts = 0;
  let estimate = 0;
  let part: StoredItem[] = [];
  for await (const candidate of candidates) {
    if (++seen > ITEMS_MAX) break;
    try {
      const item = await check(candidate, total);
      part.push(item);
      total++;
      const entry = engine.catalogue.get(item.wish.model);
      estimate += entry ? estimateMicroUsd(entry, item.wish.options.size) : 0;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      invalidCount++;
      if (invalid.length < INVALID_LISTED_MAX) invalid.push(invalidLine(candidate, error));
    }
    if (part.length === PART_ITEMS) {
      await writeItems(engine, batch, parts++, part);
      part = [];
    }
  }
  if (part.length > 0) await writeItems(engine, batch, parts++, part);
  const lines = { count: invalidCount, lines: invalid };
  return { total, parts, invalid: lines, estimateMicroUsd: estimate, tooMany: seen > ITEMS_MAX };
}

/** Throws a `ProblemError` for what is wrong with one item. Remembers names, styles and uploads. */
function createItemCheck(
  engine: Checking,
  { shop, items }: CheckedBatch,
  photoOf: (data: string, index: number) => Promise<string>,
) {
  const names = new Set<string>();
  const styles = new Map<string, Promise<Style>>();
  const known = new Map<string, Promise<string | undefined>>();
  const styleOf = (name: string) => remembered(styles, name, () => findStyle(engine, name));
  const uploadOf = (id: string) =>
    remembered(known, id, async () => {
      const upload = await engine.store.get(uploads, id);
      return upload && upload.shop === shop && upload.expireAt > engine.clock.now() ? upload.path : undefined;
    });

  async function imageOf(image: ItemFields['image'], index: number): Promise<StoredItem['image']> {
    if ('data' in image) return { path: await photoOf(image.data, index) };
    if ('url' in image) return { url: addressOf(engine.outbound, image.url) };
    const path = await uploadOf(image.uploadId);
    if (path === undefined) throw new ProblemError('upload_unknown');
    return { path };
  }

  return async (candidate: Candidate, index: number): Promise<StoredItem> => {
    if ('error' in candidate) throw candidate.error;
    const { customId, image, metadata, ...wished } = candidate.fields;
    if (names.has(customId)) throw refused('/customId', 'another item has this customId');
    names.add(customId);
    const { wish, minSidePx } = await resolveWish(engine, wished, {
      defaultModel: items?.defaultModel ?? '',
      styleOf,
    });
    const kept = { index, customId, image: await imageOf(image, index), wish, minSidePx };
    return { ...kept, ...(metadata !== undefined ? { metadata } : {}) };
  };
}

function addressOf(outbound: Pick<Outbound, 'check'>, text: string): string {
  try {
    outbound.check(text);
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    throw refused('/image/url', error.message);
  }
  const url = new URL(text);
  url.hash = '';
  return url.href;
}

export function refused(pointer: string, detail: string): ProblemError {
  return new ProblemError('fields_invalid', { errors: [{ pointer, detail }] });
}

const POINTERS: { readonly [code: string]: string } = {
  style_unknown: '/style',
  style_disabled: '/style',
  option_unsupported: '/options',
  upload_unknown: '/image/uploadId',
};

function invalidLine(candidate: Candidate, error: ProblemError): InvalidLine {
  const customId = 'fields' in candidate ? candidate.fields.customId : candidate.customId;
  const [first] = error.options.errors ?? [];
  return {
    line: candidate.line,
    ...(customId !== undefined ? { customId } : {}),
    pointer: first?.pointer ?? POINTERS[error.code] ?? '',
    detail: first?.detail ?? error.message,
  };
}

function remembered<T>(map: Map<string, Promise<T>>, name: string, look: () => Promise<T>): Promise<T> {
  const known = map.get(name) ?? look();
  map.set(name, known);
  return known;
}

function noPhoto(): Promise<string> {
  return Promise.reject(refused('/image/data', 'only the items of a JSON body may hold their photo'));
}
