/**
 * What is asked for a batch of items as a whole: beside the items of a JSON body, beside the address of a file, or in the
 * query of lines of NDJSON.
 */
import { z } from 'zod';
import { itemImage } from '../../common/batches/item.ts';
import { submitShape } from '../../common/submit-fields.ts';
import { moment } from '../query.ts';

/** More belong into a file. */
export const JSON_ITEMS_MAX = 200;
const COST_USD_MAX = 100_000;
const NAME_MAX = 128;

const onInvalid = z.enum(['reject', 'skip']).default('reject');
const lane = z.enum(['bulk', 'economy']).optional();
const customId = z.string().min(1).max(NAME_MAX).optional();
const { metadata, webhook } = submitShape;

const asked = {
  onInvalid,
  maxCostUsd: z.number().min(0).max(COST_USD_MAX).optional(),
  deliverBy: moment.optional(),
  lane,
  ...{ customId, metadata, webhook },
};

export const itemsFields = z.strictObject({
  /** Each is judged for itself. */
  items: z.array(z.unknown()).min(1).max(JSON_ITEMS_MAX),
  ...asked,
});

const [uploaded] = itemImage.options;

export const fileFields = z.strictObject({ file: uploaded, ...asked });

export const linesQuery = z.strictObject({
  onInvalid,
  maxCostUsd: z.coerce.number().min(0).max(COST_USD_MAX).optional(),
  deliverBy: moment.optional(),
  lane,
  customId,
  /** Where to tell of the end. */
  webhook: z.string().min(1).max(2_048).optional(),
});

export type ItemsAsked = Omit<z.output<typeof fileFields>, 'file'>;
