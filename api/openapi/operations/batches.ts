/**
 * The routes below /v1/batches in the OpenAPI document.
 */
import { EXAMPLES } from '../examples.ts';
import { type Operation, shown } from '../operation.ts';
import { schemaRef } from '../schemas.ts';
import { submitJob } from './submit.ts';

export const submitBatch: Operation = {
  operationId: 'submitBatch',
  tag: 'Batches',
  summary: 'Submit many pictures at once',
  description:
    '**Several styles of one photo.** One photo and a list of styles: a job for each, one decision about the quota, one status. Without `partial` all ' +
    'styles are taken in or none; with it as many as there is room for, in their order, and `refused` names the others.\n\n' +
    'Pictures that exist are handed out at once and free (`reused`), style by style. The rest is as with ' +
    '`POST /v1/jobs`.\n\n' +
    '**Many items**, with a server key: up to 200 in JSON, up to 10,000 as lines of NDJSON in the body or in a file that ' +
    'was uploaded. Those of JSON are looked at before the answer; of lines the batch is `validating` first. One that is ' +
    'not valid keeps all out, or, with `onInvalid=skip`, is left out. They are drawn in the `bulk` lane. No shopper is ' +
    "counted; the budget binds, and batches stop at their share of the day's.",
  parameters: ['IdempotencyKey', 'PreferWait'],
  body: {
    required: true,
    content: {
      'multipart/form-data': {
        schema: { $ref: schemaRef('StylesForm') },
        encoding: { image: { contentType: 'image/jpeg, image/png, image/webp' } },
      },
      'application/json': {
        schema: {
          oneOf: ['StylesJson', 'ItemsJson', 'FileJson'].map(name => ({ $ref: schemaRef(name) })),
        },
        ...shown(['stylesJson', 'itemsJson', 'fileJson']),
      },
      'application/x-ndjson': { schema: { type: 'string' }, ...shown(['itemLines']) },
    },
  },
  answers: {
    200: {
      description:
        'The batch is done already: all pictures existed, the batch of this Idempotency-Key has ended, or it ended within ' +
        'the wait.',
      headers: ['Location', 'RateLimit-Policy', 'RateLimit', 'Idempotent-Replayed', 'Preference-Applied'],
      schema: 'Batch',
      examples: ['batchSucceeded'],
    },
    202: {
      description: 'The batch is accepted. Poll the address in Location until `done`.',
      headers: [
        ...(['Retry-After', 'Location', 'RateLimit-Policy', 'RateLimit'] as const),
        ...(['Idempotent-Replayed', 'Preference-Applied'] as const),
      ],
      schema: 'Batch',
      examples: ['batchQueued'],
    },
  },
  problems: [
    ...(submitJob.problems?.filter(code => code !== 'prompt_not_allowed') ?? []),
    ...(['batch_invalid', 'batch_cost_exceeded'] as const),
  ],
  problemHeaders: submitJob.problemHeaders ?? {},
};

export const getBatch: Operation = {
  operationId: 'getBatch',
  tag: 'Batches',
  summary: 'Get a batch',
  description:
    "The batch as it is now, with its jobs. Somebody else's batch, a missing one and a malformed id answer alike. Poll " +
    'by `pollAfterMs`, or hold the request with `Prefer: wait` and `after`.',
  parameters: ['BatchId', 'PreferWait', 'IfNoneMatch'],
  answers: {
    200: {
      description: 'The batch. `Retry-After` until it is done.',
      headers: ['ETag', 'Retry-After', 'Preference-Applied'],
      schema: 'Batch',
      examples: ['batchRunning', 'batchSucceeded', 'batchItems'],
    },
    304: { description: 'You have this answer.', headers: ['ETag', 'Retry-After', 'Preference-Applied'] },
  },
  problems: ['fields_invalid', 'not_found'],
};

export const getBatchEvents: Operation = {
  operationId: 'getBatchEvents',
  tag: 'Batches',
  summary: 'Be told of a batch',
  description:
    'Server-sent events: `batch` with the whole batch as JSON, at once and after each change of one of its jobs, so that ' +
    'each picture can be shown as it lands. As the events of a job in all else; `id` is the `sequence` of the batch.',
  parameters: ['BatchId', 'LastEventId'],
  answers: {
    200: {
      description: 'The stream.',
      headers: ['X-Accel-Buffering'],
      content: {
        'text/event-stream': { schema: { type: 'string' }, examples: { whole: { value: EXAMPLES.batchEvents } } },
      },
    },
    204: { description: 'The batch is done, and you have its last event: there is nothing to come back for.' },
  },
  problems: ['not_found', 'overloaded'],
};

export const cancelBatch: Operation = {
  operationId: 'cancelBatch',
  tag: 'Batches',
  summary: 'Give a batch up',
  description:
    'Gives up whatever of it has not ended, as with each job. A batch that is done stays as it ended. Idempotent.',
  parameters: ['BatchId'],
  answers: {
    200: {
      description: 'The batch as it is now.',
      headers: ['ETag', 'Retry-After'],
      schema: 'Batch',
      examples: ['batchCanceled'],
    },
  },
  problems: ['not_found'],
};

export const retryBatch: Operation = {
  operationId: 'retryBatch',
  tag: 'Batches',
  summary: 'Draw the failed ones again',
  description:
    'Opens those that `failed` or `expired` again, all or those with the given `codes`; what has a picture, was declined ' +
    'or given up stays. A job is opened twice at most. Of styles it takes the quota again, all or nothing.',
  parameters: ['BatchId'],
  body: {
    required: false,
    content: { 'application/json': { schema: { $ref: schemaRef('BatchRetryRequest') }, ...shown(['retryJson']) } },
  },
  answers: {
    200: {
      description: 'The batch as it is now.',
      headers: ['ETag', 'Retry-After'],
      schema: 'Batch',
      examples: ['batchRunning'],
    },
  },
  problems: [
    'body_invalid',
    'body_too_large',
    'content_type_unsupported',
    'fields_invalid',
    'not_found',
    'quota_exceeded',
  ],
  problemHeaders: { 429: ['Retry-After'] },
};

export const listBatches: Operation = {
  operationId: 'listBatches',
  tag: 'Batches',
  summary: "List the shop's batches",
  description: "The shop's batches, newest first, a page at a time.",
  answers: { 200: { description: 'A page.', schema: 'BatchPage', examples: ['batchPage'] } },
  problems: ['fields_invalid'],
};

export const listItems: Operation = {
  operationId: 'listBatchItems',
  tag: 'Batches',
  summary: 'List the jobs of a batch',
  description: 'In the order of the items, a page at a time. Items that are no jobs yet are not among them.',
  parameters: ['BatchId'],
  answers: { 200: { description: 'A page.', schema: 'ItemPage', examples: ['itemPage'] } },
  problems: ['fields_invalid', 'not_found'],
};

export const getResults: Operation = {
  operationId: 'getBatchResults',
  tag: 'Batches',
  summary: 'Read what came of a batch',
  description:
    'A line of JSON for each job that has ended, in the order of the items, written as it is read: `customId`, `jobId`, `style`, ' +
    '`status`, `output` or `error`, `reused`, `model`, `costUsd`, `finishedAt`, `metadata`, `cursor`. An answer ends after ' +
    '45 seconds at the latest, or when the connection breaks: go on with the `cursor` of the last line, until an answer is ' +
    'empty. The addresses in `output` work for at least 45 minutes.',
  parameters: ['BatchId'],
  answers: {
    200: {
      description: 'The lines.',
      content: {
        'application/x-ndjson': { schema: { type: 'string' }, examples: { whole: { value: EXAMPLES.results } } },
      },
    },
  },
  problems: ['fields_invalid', 'not_found'],
};
