/**
 * The headers that the API reads and sends, by the names that the document gives them.
 */
import { BATCH_ID } from '../../common/batches/batch.ts';
import { BULK_ID } from '../../common/bulk/bulk-action.ts';
import { JOB_ID } from '../../common/ids.ts';
import { QUEUES } from '../../common/platform/queue.ts';
import { PRIVACY_ID } from '../../common/privacy/privacy-request.ts';
import { UPLOAD_ID } from '../../common/uploads.ts';
import { EVENT_ID } from '../../common/webhooks/event.ts';
import { WAIT_MAX_S } from '../wait.ts';
import type { JsonObject } from './schemas.ts';

const text = { type: 'string' };
const seconds = { type: 'integer', minimum: 0 };

/** Parameters that several operations share. */
export const PARAMETERS = {
  JobId: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'Id of the job. A malformed one is answered like a missing job.',
    schema: { type: 'string', pattern: JOB_ID.source },
    example: 'job_0wx3r7s9t5gfb2m1c8e4kz6ndq',
  },
  BatchId: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'Id of the batch. A malformed one is answered like a missing batch.',
    schema: { type: 'string', pattern: BATCH_ID.source },
    example: 'batch_0wx3r7s9t5gfb2m1c8e4kz6ndq',
  },
  CustomerId: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'Your id of the customer: the `customerId` of submits, at Shopify the number of the customer.',
    schema: { type: 'string', minLength: 1, maxLength: 128 },
    example: '7',
  },
  PrivacyId: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'Id of the request.',
    schema: { type: 'string', pattern: PRIVACY_ID.source },
    example: 'prv_0wx3r7s9t5gfb2m1c8e4kz6ndq',
  },
  UploadId: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'Id of the upload. A malformed one is answered like a missing one.',
    schema: { type: 'string', pattern: UPLOAD_ID.source },
    example: 'upl_0wx3r7s9t5gfb2m1c8e4kz6ndq',
  },
  KeyId: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'Id of the key, not the key itself.',
    schema: text,
    example: '3f2a9c1b7d5e4f60819a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f70',
  },
  ShopId: { name: 'id', in: 'path', required: true, description: 'Id of the shop.', schema: text, example: 'default' },
  StyleId: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'Id of the style.',
    schema: text,
    example: 'linocut',
  },
  EventId: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'Id of the event, which is the `webhook-id` of its messages.',
    schema: { type: 'string', pattern: EVENT_ID.source },
    example: 'evt_0wx3r7s9t5gfb2m1c8e4kz6ndq_1',
  },
  QueueName: {
    name: 'name',
    in: 'path',
    required: true,
    description: 'The queue.',
    schema: { type: 'string', enum: QUEUES },
    example: 'bulk',
  },
  BulkId: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'Id of the bulk action.',
    schema: { type: 'string', pattern: BULK_ID.source },
    example: 'blk_01m83fz1q3zzctwn61v8nq048z',
  },
  PortraitFile: {
    name: 'file',
    in: 'path',
    required: true,
    description: 'Its name.',
    schema: text,
    example: 'ink-wash.webp',
  },
  ModelId: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'Id of the model in the catalogue.',
    schema: text,
    example: 'gemini-3.1-flash-lite-image',
  },
  ConsoleVersion: {
    name: 'version',
    in: 'path',
    required: true,
    description: 'Of all files together. Another one than the present gets the same files, not to be kept.',
    schema: text,
    example: 'Yk3fQx0a9b-_',
  },
  ConsoleFile: {
    name: 'file',
    in: 'path',
    required: true,
    description: 'Its name.',
    schema: text,
    example: 'console.css',
  },
  ShopifyTopic: {
    name: 'X-Shopify-Topic',
    in: 'header',
    description: 'What has happened.',
    schema: text,
    example: 'orders/create',
  },
  ShopifyDomain: {
    name: 'X-Shopify-Shop-Domain',
    in: 'header',
    description: 'The Shopify shop, as `shopify.domain` of a shop names it.',
    schema: text,
    example: 'pets.myshopify.com',
  },
  ShopifyMessage: {
    name: 'X-Shopify-Webhook-Id',
    in: 'header',
    description: 'Names the message: one that comes again asks for nothing.',
    schema: text,
    example: 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
  },
  DocsFile: { name: 'file', in: 'path', required: true, description: 'Its name.', schema: text, example: 'docs.css' },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      '1 to 255 printable ASCII characters. The same request under the same key finds the same job, whatever happened ' +
      'to the answer of the first: make one for each wish, such as `order-1001`, and send it with every retry.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
  PreferWait: {
    name: 'Prefer',
    in: 'header',
    description:
      `\`wait=n\` holds the answer back for up to n seconds (at most ${WAIT_MAX_S}) until there is something to tell ` +
      '(RFC 7240). It may be answered earlier, and is answered at once, without `Preference-Applied`, when too many ' +
      'wait already: go on polling by `pollAfterMs`.',
    schema: text,
    example: `wait=${WAIT_MAX_S}`,
  },
  LastEventId: {
    name: 'Last-Event-ID',
    in: 'header',
    description:
      '`id` of the last event that you have, which is the `sequence` of its job or batch. Nothing older is sent again.',
    schema: text,
    example: '2',
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    description: 'The ETag as you saw it; `*` for whatever it is by now.',
    schema: text,
    example: '"7"',
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: 'The ETag of the answer that you have; 304 when it is still the answer.',
    schema: text,
    example: 'W/"3-1795417200000-.....0"',
  },
} as const satisfies { [name: string]: JsonObject };

/** Headers of answers. */
export const HEADERS = {
  'Request-Id': { description: 'Names this request in our logs. On every answer.', schema: text },
  Location: { description: 'Where to go on.', schema: text },
  'Content-Disposition': { description: 'Makes browsers save it.', schema: text },
  'Retry-After': { description: 'Come back after so many seconds.', schema: seconds },
  ETag: { description: 'Send it as If-None-Match with the next request.', schema: text },
  'RateLimit-Policy': {
    description: 'The pool with its pictures (`q`) in a window of `w` seconds (IETF draft 10).',
    schema: text,
    example: '"named";q=10;w=86400',
  },
  RateLimit: {
    description: 'The pool with the pictures that remain (`r`) and the seconds until it is full again (`t`).',
    schema: text,
    example: '"named";r=9;t=64662',
  },
  'Idempotent-Replayed': {
    description: 'The job of an earlier request under this Idempotency-Key.',
    schema: { type: 'string', const: 'true' },
  },
  'Preference-Applied': {
    description: 'The wait that was granted, in seconds.',
    schema: text,
    example: `wait=${WAIT_MAX_S}`,
  },
  'X-Accel-Buffering': {
    description: 'Proxies are to pass each event on at once.',
    schema: { type: 'string', const: 'no' },
  },
  'X-Frame-Options': { description: 'No page may frame it.', schema: { type: 'string', const: 'DENY' } },
  'Set-Cookie': { description: 'The cookie of the console, or its end.', schema: text },
  'WWW-Authenticate': { description: 'Always `Bearer`.', schema: { type: 'string', const: 'Bearer' } },
} as const satisfies { [name: string]: JsonObject };

export type ParameterName = keyof typeof PARAMETERS;
export type HeaderName = keyof typeof HEADERS;
