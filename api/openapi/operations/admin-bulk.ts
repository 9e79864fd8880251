/**
 * Bulk actions in the OpenAPI document.
 */
import type { Operation } from '../operation.ts';
import { jsonBody, RECORDED, WITH_BODY } from './admin.ts';

export const planBulk: Operation = {
  operationId: 'planBulkAction',
  tag: 'Operators',
  summary: 'Plan something for many jobs',
  description:
    'Looks, and changes no job: how many the filter finds, which will be left alone and why, and what the rest is expected ' +
    'to cost. Which jobs they are is frozen now, at most 20,000 of the newest; what ends later is not touched. The plan ' +
    `is good for an hour, with its \`token\`. Needs the scope \`manage\`. ${RECORDED}`,
  body: jsonBody('BulkPlanRequest', ['bulkPlanRequest']),
  answers: {
    201: { description: 'The plan.', headers: ['Location'], schema: 'BulkPlanned', examples: ['bulkPlanned'] },
  },
  problems: WITH_BODY,
};

export const listBulk: Operation = {
  operationId: 'listBulkActions',
  tag: 'Operators',
  summary: 'List bulk actions',
  description: 'Newest first; kept for 30 days.',
  answers: { 200: { description: 'A page.', schema: 'BulkPage', examples: ['bulkPage'] } },
  problems: ['fields_invalid'],
};

export const getBulk: Operation = {
  operationId: 'getBulkAction',
  tag: 'Operators',
  summary: 'Watch a bulk action',
  description: 'Its plan and how far it is.',
  parameters: ['BulkId'],
  answers: { 200: { description: 'The action.', schema: 'BulkAction', examples: ['bulkRunning'] } },
  problems: ['not_found'],
};

export const applyBulk: Operation = {
  operationId: 'applyBulkAction',
  tag: 'Operators',
  summary: 'Apply a plan',
  description:
    'So many jobs a second, in steps that survive restarts; each job is acted on once. Retried jobs go to the bulk queue, ' +
    'behind those of shoppers. Applying it again answers how far it is. Refused with `plan_outdated` after an hour. Needs ' +
    `the scope \`manage\`. ${RECORDED}`,
  parameters: ['BulkId'],
  body: jsonBody('BulkApplyRequest', ['bulkApplyRequest']),
  answers: { 202: { description: 'It is under way.', schema: 'BulkAction', examples: ['bulkRunning'] } },
  problems: [...WITH_BODY, 'not_found', 'plan_outdated'],
};

export const abortBulk: Operation = {
  operationId: 'abortBulkAction',
  tag: 'Operators',
  summary: 'Stop a bulk action',
  description: `What is done stays done; at most the step under way goes on. Idempotent. ${RECORDED}`,
  parameters: ['BulkId'],
  body: jsonBody('BulkAbortRequest', ['actRequest'], false),
  answers: { 200: { description: 'The action.', schema: 'BulkAction', examples: ['bulkAborted'] } },
  problems: [...WITH_BODY, 'not_found'],
};
