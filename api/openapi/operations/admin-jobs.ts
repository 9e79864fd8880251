/**
 * The operators' routes about jobs and models in the OpenAPI document.
 */
import { type Operation, shown } from '../operation.ts';
import { jsonBody, RECORDED, WITH_BODY } from './admin.ts';

const IF_MATCH =
  'With `If-Match: "7"`, the job\'s sequence as you saw it, the second press of a double click is refused with 412 and ' +
  'does nothing.';

export const listAdminJobs: Operation = {
  operationId: 'searchJobs',
  tag: 'Operators',
  summary: "Search all shops' jobs",
  description:
    'Newest first. One filter is answered by an index together with the times, the first that is given of `batchId`, ' +
    '`customerId`, `code`, `status` and `shop`; the others are looked for in what that brings, 400 documents a page, so ' +
    'a page may hold fewer jobs than there are, and even none: go on with `nextCursor` while there is one. Jobs that ' +
    'ended before codes were kept are found by `status` alone.',
  answers: { 200: { description: 'A page.', schema: 'AdminJobPage', examples: ['adminJobPage'] } },
  problems: ['fields_invalid'],
};

export const countAdminJobs: Operation = {
  operationId: 'countJobs',
  tag: 'Operators',
  summary: 'Count what a search finds',
  description:
    'By status, code and hour of the submit, over the newest 900 documents (of a shop, customer or batch 450).',
  answers: { 200: { description: 'The counts.', schema: 'JobTally', examples: ['jobTally'] } },
  problems: ['fields_invalid'],
};

export const getAdminJob: Operation = {
  operationId: 'getAdminJob',
  tag: 'Operators',
  summary: 'See all of a job',
  description:
    "Its ledger with the provider's codes and costs, its timeline, photo and picture. The ETag is its sequence.",
  parameters: ['JobId'],
  answers: { 200: { description: 'The job.', headers: ['ETag'], schema: 'AdminJob', examples: ['adminJob'] } },
  problems: ['not_found'],
};

export const retryJob: Operation = {
  operationId: 'retryJob',
  tag: 'Operators',
  summary: 'Try a job again',
  description:
    'Opens a new run of a job that failed or expired, with another model or other options if you like. It costs the ' +
    'shopper no quota. Refused with `not_retryable` and `why` where the photo is gone, and without `force` for blocked ' +
    `content and after two retries. \`If-Match\` is required: ${IF_MATCH} ${RECORDED}`,
  parameters: ['JobId', 'IfMatch'],
  body: jsonBody('RetryRequest', ['retryRequest', 'retryOtherwiseRequest']),
  answers: { 202: { description: 'It waits again.', headers: ['ETag'], schema: 'AdminJob', examples: ['retriedJob'] } },
  problems: [...WITH_BODY, 'not_found', 'precondition_required', 'precondition_failed', 'not_retryable'],
};

export const cancelAdminJob: Operation = {
  operationId: 'cancelAdminJob',
  tag: 'Operators',
  summary: "Give up anybody's job",
  description: `As its owner could. Idempotent. ${IF_MATCH} ${RECORDED}`,
  parameters: ['JobId', 'IfMatch'],
  body: jsonBody('ActRequest', ['actRequest'], false),
  answers: { 200: { description: 'The job.', headers: ['ETag'], schema: 'AdminJob', examples: ['adminJob'] } },
  problems: [...WITH_BODY, 'not_found', 'precondition_failed'],
};

export const eraseAdminJob: Operation = {
  operationId: 'eraseAdminJob',
  tag: 'Operators',
  summary: "Erase anybody's job",
  description: `Takes photo, picture and prompt away, for good. Idempotent. ${IF_MATCH} ${RECORDED}`,
  parameters: ['JobId', 'IfMatch'],
  body: jsonBody('EraseRequest', ['actRequest']),
  answers: { 200: { description: 'The tombstone.', headers: ['ETag'], schema: 'AdminJob', examples: ['adminJob'] } },
  problems: [...WITH_BODY, 'not_found', 'precondition_failed'],
};

export const listModels: Operation = {
  operationId: 'listModels',
  tag: 'Operators',
  summary: 'List the models',
  description: 'Whether they answer, and which are held back.',
  answers: { 200: { description: 'The catalogue.', schema: 'ModelList', examples: ['modelList'] } },
};

export const holdModel: Operation = {
  operationId: 'holdModel',
  tag: 'Operators',
  summary: 'Hold a model back',
  description:
    'No job asks it until then: its fallback draws where it can draw the same, and a job without one waits, which counts ' +
    `against its deadline. It counts everywhere within five seconds. Needs the scope \`manage\`. ${RECORDED}`,
  parameters: ['ModelId'],
  body: jsonBody('HoldRequest', ['holdRequest']),
  answers: { 200: { description: 'The model.', schema: 'Model', examples: ['heldModel'] } },
  problems: [...WITH_BODY, 'not_found'],
};

export const releaseModel: Operation = {
  operationId: 'releaseModel',
  tag: 'Operators',
  summary: 'Let a model draw again',
  description: `Idempotent. Needs the scope \`manage\`. ${RECORDED}`,
  parameters: ['ModelId'],
  answers: { 200: { description: 'The model.', schema: 'Model', examples: ['freeModel'] } },
  problems: ['fields_invalid', 'not_found'],
};

export const getCeiling: Operation = {
  operationId: 'getCeiling',
  tag: 'Operators',
  summary: 'Ask how many jobs are worked on at once',
  description: "In each worker's process.",
  answers: { 200: { description: 'The ceiling.', schema: 'Ceiling', examples: ['ceilingClear', 'ceilingSet'] } },
};

export const setCeiling: Operation = {
  operationId: 'setCeiling',
  tag: 'Operators',
  summary: 'Work on fewer jobs at once',
  description:
    "Each worker's process begins no more than so many at a time, within five seconds; what is under way goes on. " +
    `Needs the scope \`manage\`. ${RECORDED}`,
  body: jsonBody('CeilingRequest', ['ceilingRequest']),
  answers: { 200: { description: 'The ceiling.', schema: 'Ceiling', examples: ['ceilingSet'] } },
  problems: WITH_BODY,
};

export const clearCeiling: Operation = {
  operationId: 'clearCeiling',
  tag: 'Operators',
  summary: 'Work on as many jobs as set up',
  description: `Idempotent. Needs the scope \`manage\`. ${RECORDED}`,
  answers: { 200: { description: 'The ceiling.', schema: 'Ceiling', examples: ['ceilingClear'] } },
  problems: ['fields_invalid'],
};

export const getAdminEvents: Operation = {
  operationId: 'getAdminEvents',
  tag: 'Operators',
  summary: 'See live how the service stands',
  description:
    'Server-sent events: `stats` with what `GET /v1/admin/stats` answers and `bulk` with the newest bulk actions, at once ' +
    'and when they have changed, looked at every three seconds. The stream closes after 50 seconds with `retry:`; come back then. 503 `overloaded` when too many wait.',
  answers: {
    200: {
      description: 'The stream.',
      headers: ['X-Accel-Buffering'],
      content: { 'text/event-stream': { schema: { type: 'string' }, ...shown([]) } },
    },
  },
  problems: ['overloaded'],
};
