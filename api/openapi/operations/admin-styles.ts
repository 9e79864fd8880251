/**
 * Styles as operators change them, in the OpenAPI document.
 */
import type { ProblemCode } from '../../../common/errors.ts';
import { type Operation, shown } from '../operation.ts';
import { schemaRef } from '../schemas.ts';
import { jsonBody, RECORDED, WITH_BODY } from './admin.ts';

const MANAGE = 'Needs the scope `manage`.';
const BOUND = 'Send the ETag that you saw as `If-Match`: who has changed it meanwhile is not overruled.';
const CHANGES: readonly ProblemCode[] = [...WITH_BODY, 'not_found', 'precondition_required', 'precondition_failed'];

export const listAdminStyles: Operation = {
  operationId: 'listAdminStyles',
  tag: 'Operators',
  summary: 'List all styles',
  description: 'Those switched off and those never published included, with their prompts and drafts.',
  answers: { 200: { description: 'The styles.', schema: 'AdminStyleList', examples: ['adminStyleList'] } },
};

export const createStyle: Operation = {
  operationId: 'createStyle',
  tag: 'Operators',
  summary: 'Make a style',
  description: `With a draft alone, at the end of the list. It is sold from its first publication on. ${MANAGE} ${RECORDED}`,
  body: jsonBody('NewStyleRequest', ['newStyleRequest']),
  answers: {
    201: { description: 'The style.', headers: ['Location', 'ETag'], schema: 'AdminStyle', examples: ['madeStyle'] },
  },
  problems: [...WITH_BODY, 'style_exists', 'styles_full'],
};

export const orderStyles: Operation = {
  operationId: 'orderStyles',
  tag: 'Operators',
  summary: 'Put the styles in order',
  description: `As they are listed to shoppers; every style once, those switched off included. ${MANAGE} ${RECORDED}`,
  body: jsonBody('StyleOrderRequest', ['styleOrderRequest']),
  answers: { 200: { description: 'All styles.', schema: 'AdminStyleList', examples: ['adminStyleList'] } },
  problems: WITH_BODY,
};

export const getStyle: Operation = {
  operationId: 'getAdminStyle',
  tag: 'Operators',
  summary: 'Get a style',
  description: 'What is sold and what is prepared, each with its price and its size in print.',
  parameters: ['StyleId'],
  answers: {
    200: { description: 'The style.', headers: ['ETag'], schema: 'AdminStyle', examples: ['publishedStyle'] },
  },
  problems: ['not_found'],
};

export const switchStyle: Operation = {
  operationId: 'switchStyle',
  tag: 'Operators',
  summary: 'Switch a style off or on',
  description:
    'One that is off is neither listed nor taken in; what was submitted before is drawn. It counts at once in every ' +
    `process. ${BOUND} ${MANAGE} ${RECORDED}`,
  parameters: ['StyleId', 'IfMatch'],
  body: jsonBody('StyleSwitchRequest', ['switchRequest']),
  answers: { 200: { description: 'The style.', headers: ['ETag'], schema: 'AdminStyle', examples: ['styleOff'] } },
  problems: [...CHANGES, 'style_not_published'],
};

export const removeStyle: Operation = {
  operationId: 'removeStyle',
  tag: 'Operators',
  summary: 'Remove a style that was never published',
  description: `What was sold once stays, as jobs name it: switch it off. ${BOUND} ${MANAGE} ${RECORDED}`,
  parameters: ['StyleId', 'IfMatch'],
  body: jsonBody('StyleReasonRequest', ['styleReasonRequest'], false),
  answers: { 204: { description: 'It is gone.' } },
  problems: [...CHANGES, 'style_published'],
};

export const editStyle: Operation = {
  operationId: 'editStyle',
  tag: 'Operators',
  summary: 'Write the draft of a style',
  description:
    'Fields that are left out stay as in the draft, or, where there is none, as they are sold. Nobody is sold the draft ' +
    `before it is published. ${BOUND} ${MANAGE} ${RECORDED}`,
  parameters: ['StyleId', 'IfMatch'],
  body: jsonBody('StyleDraftRequest', ['draftRequest']),
  answers: { 200: { description: 'The style.', headers: ['ETag'], schema: 'AdminStyle', examples: ['editedStyle'] } },
  problems: CHANGES,
};

export const discardDraft: Operation = {
  operationId: 'discardStyleDraft',
  tag: 'Operators',
  summary: 'Give the draft of a style up',
  description: `What is sold stays. Where there is no draft nothing changes. ${BOUND} ${MANAGE} ${RECORDED}`,
  parameters: ['StyleId', 'IfMatch'],
  body: jsonBody('StyleReasonRequest', ['styleReasonRequest'], false),
  answers: {
    200: { description: 'The style.', headers: ['ETag'], schema: 'AdminStyle', examples: ['publishedStyle'] },
  },
  problems: [...CHANGES, 'style_not_published'],
};

export const tryStyle: Operation = {
  operationId: 'tryStyle',
  tag: 'Operators',
  summary: 'Try a style on a photo',
  description:
    "Draws the draft, or what is sold, as a job of no shop: no key of a shop and no session finds it, no shopper's quota " +
    "counts it, and the service's budget pays. Without its price as `confirmUsd`, or with another one, nothing is drawn " +
    'and `price_not_confirmed` tells it. The same photo and the same words again give the same picture for nothing. ' +
    `Poll \`GET /v1/admin/jobs/{id}\`. ${RECORDED}`,
  parameters: ['StyleId'],
  body: {
    required: true,
    content: {
      'multipart/form-data': { schema: { $ref: schemaRef('TryForm') } },
      'application/json': { schema: { $ref: schemaRef('TryJson') }, ...shown(['tryRequest']) },
    },
  },
  answers: {
    200: {
      description: 'The job, with a picture that was there already.',
      headers: ['Location', 'ETag'],
      schema: 'AdminJob',
    },
    202: { description: 'The job.', headers: ['Location', 'ETag'], schema: 'AdminJob' },
  },
  problems: [
    ...([...WITH_BODY, 'not_found', 'precondition_failed', 'image_missing', 'image_empty', 'image_too_large'] as const),
    ...(['image_type_unsupported', 'heic_not_supported', 'image_animated', 'image_unreadable'] as const),
    ...(['image_too_many_pixels', 'image_too_small', 'option_unsupported', 'draft_missing'] as const),
    ...(['style_not_published', 'price_not_confirmed', 'budget_exhausted', 'intake_closed', 'overloaded'] as const),
  ],
};

export const publishStyle: Operation = {
  operationId: 'publishStyle',
  tag: 'Operators',
  summary: 'Publish a style',
  description:
    'The draft becomes the version that is sold, under the next number; with `version` an earlier one does, which undoes ' +
    'what came after it. The next submit at any process draws it: nothing is restarted and nothing remembered, but the ' +
    'list of styles in a browser may be a minute old. Jobs submitted before keep their words. The first publication also ' +
    `switches the style on. ${BOUND} ${MANAGE} ${RECORDED}`,
  parameters: ['StyleId', 'IfMatch'],
  body: jsonBody('PublishRequest', ['publishRequest', 'restoreRequest'], false),
  answers: {
    200: { description: 'The style.', headers: ['ETag'], schema: 'AdminStyle', examples: ['publishedStyle'] },
  },
  problems: [...CHANGES, 'draft_missing', 'nothing_to_publish', 'option_unsupported'],
};

export const listVersions: Operation = {
  operationId: 'listStyleVersions',
  tag: 'Operators',
  summary: 'List the versions of a style',
  description: 'All that were published, the one that is sold among them.',
  parameters: ['StyleId'],
  answers: { 200: { description: 'The versions.', schema: 'StyleVersionList', examples: ['styleVersionList'] } },
  problems: ['not_found'],
};

export const listFormats: Operation = {
  operationId: 'listFormats',
  tag: 'Operators',
  summary: 'List what the models can draw',
  description: 'Every size and aspect ratio of the catalogue, with the price of one picture and how large it prints.',
  answers: { 200: { description: 'The models.', schema: 'FormatList', examples: ['formatList'] } },
};
