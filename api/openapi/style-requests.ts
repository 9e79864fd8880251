/**
 * What the operators' routes about styles take, with a text for each field; part of `admin-requests.ts`.
 */
import type { z } from 'zod';
import {
  draftFields,
  newStyleFields,
  orderFields,
  publishFields,
  styleReasonFields,
  switchFields,
} from '../admin/styles.ts';
import { tryFields } from '../admin/try-style.ts';
import { describeProperties, type JsonObject, propertiesOf, requestSchema, schemaRef } from './schemas.ts';

const REASON = 'Why, for the audit.';

const CONTENT = {
  label: 'What shoppers read: one line.',
  description: 'What shoppers read below it: one line, or none.',
  prompt: 'What the model reads, complete: 20 to 4,000 characters. No shopper sees it.',
  model: 'Of `GET /v1/admin/formats`, or `default` for the configured one.',
  size: 'Such as `1K`; the model has to draw it.',
  aspectRatio: 'Such as `4:5`; the model has to draw it.',
  minSidePx: 'Photos need so many pixels on their shorter side.',
  pool: 'The quota that a picture counts against.',
  reason: REASON,
};

const TRIAL = {
  of: 'The draft, or what is sold. Default `draft`.',
  confirmUsd: 'What the picture is expected to cost, as `priceUsd` says: without it nothing is drawn.',
  variation: 'Another number asks for another version of the same picture. Default 0.',
};

export function styleComponents(): { [name: string]: JsonObject } {
  const body = (schema: z.ZodType, texts: { readonly [name: string]: string }) =>
    describeProperties(requestSchema(schema), texts);
  const trial = propertiesOf(body(tryFields, TRIAL));
  const closed = { type: 'object', required: ['image'], additionalProperties: false };
  const file = { type: 'string', format: 'binary', description: 'The photo, as a file.' };
  return {
    NewStyleRequest: body(newStyleFields, {
      id: 'Stays for good: lower-case letters, digits and hyphens.',
      ...CONTENT,
    }),
    StyleDraftRequest: body(draftFields, CONTENT),
    StyleSwitchRequest: body(switchFields, { enabled: 'Whether it is sold.', reason: REASON }),
    StyleReasonRequest: body(styleReasonFields, { reason: REASON }),
    StyleOrderRequest: body(orderFields, { ids: 'All styles, in their new order.', reason: REASON }),
    PublishRequest: body(publishFields, {
      version: 'An earlier version to bring back. Default: the draft.',
      reason: REASON,
    }),
    TryForm: { ...closed, properties: { image: file, ...trial } },
    TryJson: { ...closed, properties: { image: { $ref: schemaRef('InlinePhoto') }, ...trial } },
  };
}
