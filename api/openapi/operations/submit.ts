/**
 * POST /v1/jobs and POST /v1/uploads in the OpenAPI document.
 */
import type { HeaderName } from '../headers.ts';
import { type Operation, shown } from '../operation.ts';
import { schemaRef } from '../schemas.ts';

const LIMITS: readonly HeaderName[] = ['RateLimit-Policy', 'RateLimit'];
const SUBMITTED: readonly HeaderName[] = ['Location', ...LIMITS, 'Idempotent-Replayed', 'Preference-Applied'];

export const submitJob: Operation = {
  operationId: 'submitJob',
  tag: 'Jobs',
  summary: 'Submit a photo',
  description:
    'Takes one photo and what to make of it, as a multipart form or as JSON. A 202 is durable: the job and the unit of ' +
    'quota that it holds are stored, and the picture will be drawn whatever happens to this connection.\n\n' +
    'The same photo, style and options of the same shopper are drawn once: asked for again, the picture is handed out ' +
    'at once and free (`reused`). Ask for another version with `options.variation`.\n\n' +
    'Under an Idempotency-Key a photo sent by its `url` counts by that address: the repeat finds the job without asking ' +
    'there again. Sent any other way it counts by its bytes.',
  parameters: ['IdempotencyKey', 'PreferWait'],
  body: {
    required: true,
    content: {
      'multipart/form-data': {
        schema: { $ref: schemaRef('SubmitForm') },
        encoding: { image: { contentType: 'image/jpeg, image/png, image/webp' } },
      },
      'application/json': {
        schema: { $ref: schemaRef('SubmitJson') },
        ...shown(['submitJson', 'submitUpload', 'submitUrl', 'submitPrompt']),
      },
    },
  },
  answers: {
    200: {
      description:
        'The job is done already: the picture existed (`reused`), the job of this Idempotency-Key has ended, or it ended ' +
        'within the wait.',
      headers: SUBMITTED,
      schema: 'Job',
      examples: ['reused', 'succeeded'],
    },
    202: {
      description: 'The job is accepted. Poll the address in Location until `done`.',
      headers: ['Retry-After', ...SUBMITTED],
      schema: 'Job',
      examples: ['queued'],
    },
  },
  problems: [
    'body_invalid',
    'fields_invalid',
    'idempotency_key_invalid',
    'idempotency_key_reused',
    'body_too_large',
    'content_type_unsupported',
    'image_missing',
    'image_empty',
    'image_unreadable',
    'image_too_small',
    'image_too_large',
    'image_too_many_pixels',
    'image_type_unsupported',
    'heic_not_supported',
    'image_animated',
    'image_url_refused',
    'image_url_unreachable',
    'style_unknown',
    'style_disabled',
    'prompt_not_allowed',
    'option_unsupported',
    'upload_unknown',
    'upload_not_done',
    'being_erased',
    'quota_exceeded',
    'budget_exhausted',
    'intake_closed',
    'overloaded',
  ],
  problemHeaders: { 422: LIMITS, 429: ['Retry-After', ...LIMITS], 503: LIMITS },
};

export const createUpload: Operation = {
  operationId: 'createUpload',
  tag: 'Jobs',
  summary: 'Ask for an upload address',
  description:
    'An address that takes one photo straight into the bucket: send it there as this answer says (`method`, `url`, ' +
    '`headers`), then submit `{"image": {"uploadId": "…"}}`. For pages on slow lines and servers that would rather not ' +
    'send base64. The photo is kept for a day; a submit makes its own copy.',
  body: {
    required: true,
    content: { 'application/json': { schema: { $ref: schemaRef('UploadRequest') }, ...shown(['uploadRequest']) } },
  },
  answers: {
    201: { description: 'The address, for 15 minutes.', schema: 'Upload', examples: ['upload'] },
  },
  problems: ['body_invalid', 'fields_invalid', 'body_too_large', 'content_type_unsupported', 'being_erased'],
};
