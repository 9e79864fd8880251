/**
 * Orders without a picture in the OpenAPI document: keeping a photo, ordering and drawing it.
 */
import type { HeaderName } from '../headers.ts';
import type { Operation } from '../operation.ts';
import { jsonBody, RECORDED, WITH_BODY } from './admin.ts';

const DRAWN: readonly HeaderName[] = ['Location'];

const DRAW = {
  answers: {
    200: { description: 'The job, which is done already.', headers: DRAWN, schema: 'Job' },
    202: { description: 'The job.', headers: ['Retry-After', ...DRAWN], schema: 'Job' },
  },
  problems: [
    ...WITH_BODY,
    'not_found',
    'upload_not_done',
    'image_empty',
    'image_unreadable',
    'image_too_small',
    'image_too_large',
    'image_too_many_pixels',
    'image_type_unsupported',
    'heic_not_supported',
    'image_animated',
    'style_unknown',
    'style_disabled',
    'option_unsupported',
    'budget_exhausted',
    'intake_closed',
    'overloaded',
  ],
} as const satisfies Partial<Operation>;

export const keepUpload: Operation = {
  operationId: 'keepUpload',
  tag: 'Jobs',
  summary: 'Keep a photo for an order without a picture',
  description:
    'For a shopper who orders although no picture can be drawn now. The photo is checked as in a submit and kept for 30 ' +
    'days instead of one, with the style that is wanted; give the upload to the order. Kept again, the style is another ' +
    'one. A shopper keeps 5 photos a day, an address 20 and all shoppers of a shop 500.',
  parameters: ['UploadId'],
  body: jsonBody('KeepRequest', ['keepRequest']),
  answers: { 200: { description: 'The kept photo.', schema: 'KeptPhoto', examples: ['keptPhoto'] } },
  problems: [...DRAW.problems.filter(code => !['budget_exhausted', 'intake_closed'].includes(code)), 'photos_exceeded'],
  problemHeaders: { 429: ['Retry-After'] },
};

export const eraseUpload: Operation = {
  operationId: 'eraseUpload',
  tag: 'Jobs',
  summary: 'Erase an uploaded photo',
  description: 'For good, whether or not it is kept or ordered. A job that was drawn of it stays, with its own copy.',
  parameters: ['UploadId'],
  answers: { 204: { description: 'It is gone.' } },
  problems: ['not_found'],
};

export const orderUpload: Operation = {
  operationId: 'orderUpload',
  tag: 'Jobs',
  summary: 'Tie a kept photo to an order',
  description:
    'The photo is kept for as long as pictures that were sold (400 days by default), and the order waits for its picture: ' +
    'see `POST /v1/uploads/{id}/draw`. Idempotent for an order.',
  parameters: ['UploadId'],
  body: jsonBody('OrderRequest', ['orderRequest']),
  answers: { 200: { description: 'The photo.', schema: 'KeptPhoto', examples: ['orderedPhoto'] } },
  problems: [...WITH_BODY, 'not_found', 'orders_full'],
};

export const drawUpload: Operation = {
  operationId: 'drawUpload',
  tag: 'Jobs',
  summary: 'Draw an uploaded photo',
  description:
    "Uses no shopper's quota; only the budget binds. The picture is the shopper's own, and is kept for the orders of the " +
    'photo. Without a body it is drawn as the shopper wanted it. The same again is the same job, until that has ended ' +
    'without a picture.',
  parameters: ['UploadId'],
  body: jsonBody('DrawRequest', ['drawRequest'], false),
  ...DRAW,
};

export const listWaiting: Operation = {
  operationId: 'listWaitingOrders',
  tag: 'Operators',
  summary: 'List orders that wait for a picture',
  description: 'Of all shops, the oldest first. One leaves the list when its picture is there.',
  answers: { 200: { description: 'A page.', schema: 'WaitingOrderPage', examples: ['waitingOrders'] } },
  problems: ['fields_invalid'],
};

export const drawWaiting: Operation = {
  operationId: 'drawWaitingOrder',
  tag: 'Operators',
  summary: 'Draw what an order waits for',
  description: `As \`POST /v1/uploads/{id}/draw\`, for any shop. ${RECORDED}`,
  parameters: ['UploadId'],
  body: jsonBody('AdminDrawRequest', ['adminDrawRequest'], false),
  ...DRAW,
};
