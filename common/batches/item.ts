/**
 * One item of a batch: as its line says it, and as it is kept between the look at all lines and its becoming a job.
 */
import { z } from 'zod';
import { URL_LENGTH_MAX } from '../outbound/target.ts';
import { submitShape } from '../submit-fields.ts';
import type { ResolvedWish } from '../wish.ts';

const { style, prompt, options, customId, metadata } = submitShape;

/** Where the photo of an item is. */
export const itemImage = z.union([
  z.strictObject({ uploadId: z.string().regex(/^upl_[a-z0-9]{26}$/, 'expected the uploadId of POST /v1/uploads') }),
  z.strictObject({ url: z.string().max(URL_LENGTH_MAX) }),
]);

const itemShape = { customId: customId.unwrap(), ...{ style, prompt, options, metadata } };
const EITHER = { path: ['style'], message: 'expected either "style" or "prompt", not both' };
const isEither = (fields: { style?: string | undefined; prompt?: string | undefined }) =>
  (fields.style === undefined) !== (fields.prompt === undefined);

/** A line of NDJSON. */
export const itemFields = z.strictObject({ ...itemShape, image: itemImage }).refine(isEither, EITHER);

/** An item within a JSON body, which may also hold its photo. */
export const inlineItemFields = z
  .strictObject({ ...itemShape, image: z.union([z.strictObject({ data: z.string() }), ...itemImage.options]) })
  .refine(isEither, EITHER);

export type ItemFields = z.output<typeof inlineItemFields>;

/** An item that was accepted. */
export interface StoredItem {
  /** From 0, without the lines that were left out: its job's place in the batch. */
  readonly index: number;
  readonly customId: string;
  /** In the bucket, or at somebody else's address. */
  readonly image: { readonly path: string } | { readonly url: string };
  readonly wish: ResolvedWish['wish'];
  readonly minSidePx: number;
  readonly metadata?: { readonly [key: string]: string };
}
