/**
 * The routes about persons' data in the OpenAPI document.
 */
import { EXPORTS_MAX } from '../../customers/export-limit.ts';
import { EXAMPLES } from '../examples.ts';
import { type Operation, shown } from '../operation.ts';
import { schemaRef } from '../schemas.ts';

export const eraseCustomer: Operation = {
  operationId: 'eraseCustomer',
  tag: 'Privacy',
  summary: 'Erase a customer',
  description:
    'Everything that a customer of the shop has left: photos, pictures in every version of the bucket, copies for orders, ' +
    'prompts, metadata, names, uploads, batches, quotas; their sessions end. What is being drawn is given up first. The ' +
    'answer is a promise that outlives the process: `GET /v1/privacy-requests/{id}` tells how far it is. Until it is done ' +
    'nothing new of this customer is taken in (409 `being_erased`); what comes later is another beginning, and may be ' +
    'erased again. Asking twice asks once, and somebody who was never there is erased at once. What a server has submitted ' +
    'without `customerId` is not known to be a customer’s: erase such jobs one by one.',
  parameters: ['CustomerId'],
  body: {
    required: false,
    content: { 'application/json': { schema: { $ref: schemaRef('ErasureRequest') }, ...shown(['erasureRequest']) } },
  },
  answers: {
    202: {
      description: 'It will be done.',
      headers: ['Location', 'Retry-After'],
      schema: 'PrivacyRequest',
      examples: ['erasureRunning', 'erasureDone'],
    },
  },
  problems: ['fields_invalid', 'body_invalid', 'body_too_large', 'content_type_unsupported', 'not_found'],
};

export const exportCustomer: Operation = {
  operationId: 'exportCustomer',
  tag: 'Privacy',
  summary: 'Export what is held of a customer',
  description:
    'A line of JSON for each thing that is held: `customer` with what is left of the quota, `batch`, `job` with the ' +
    'customer’s own words, metadata, orders and fresh signed addresses of photo and picture (they work for about an hour), ' +
    '`upload`. The last line is `end`: `complete`, or `next`, the `cursor` to go on with; an answer without it was cut off. ' +
    `At most ${EXPORTS_MAX} a minute and shop, and few at once.`,
  parameters: ['CustomerId'],
  answers: {
    200: {
      description: 'The lines.',
      headers: ['Content-Disposition'],
      content: {
        'application/x-ndjson': {
          schema: { type: 'string' },
          examples: { customerExport: { value: EXAMPLES.customerExport } },
        },
      },
    },
  },
  problems: ['fields_invalid', 'not_found', 'exports_exceeded'],
  problemHeaders: { 429: ['Retry-After'] },
};

export const listRequests: Operation = {
  operationId: 'listPrivacyRequests',
  tag: 'Privacy',
  summary: 'List what was asked for',
  description: 'Erasures and wishes to be told, newest first: those of the shop, for an operator those of all shops.',
  answers: { 200: { description: 'A page.', schema: 'PrivacyRequestPage', examples: ['privacyRequestPage'] } },
  problems: ['fields_invalid'],
};

export const getRequest: Operation = {
  operationId: 'getPrivacyRequest',
  tag: 'Privacy',
  summary: 'Ask how far a request is',
  description: 'An erasure, or a wish to be told. It is kept for 400 days after its end, without a name.',
  parameters: ['PrivacyId'],
  answers: {
    200: {
      description: 'The request.',
      schema: 'PrivacyRequest',
      examples: ['erasureRunning', 'erasureDone', 'handOver'],
    },
  },
  problems: ['not_found'],
};

export const closeRequest: Operation = {
  operationId: 'closePrivacyRequest',
  tag: 'Privacy',
  summary: 'Say that an export was handed on',
  description: 'Closes a `hand-over`, which forgets whose it was. Idempotent. An erasure ends by itself.',
  parameters: ['PrivacyId'],
  body: {
    required: false,
    content: { 'application/json': { schema: { $ref: schemaRef('CloseRequest') }, ...shown(['closeRequest']) } },
  },
  answers: { 200: { description: 'It is closed.', schema: 'PrivacyRequest', examples: ['erasureDone'] } },
  problems: [
    ...(['fields_invalid', 'body_invalid', 'body_too_large', 'content_type_unsupported'] as const),
    ...(['not_found', 'request_running'] as const),
  ],
};
