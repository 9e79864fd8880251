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
  summary: 'Submit a photo in several styles',
  description:
    'One photo and a list of styles: a job for each, one decision about the quota, one status. Without `partial` all ' +
    'styles are taken in or none; with it as many as there is room for, in their order, and `refused` names the others.\n\n' +
    'Pictures that exist are handed out at once and free (`reused`), style by style. The rest is as with ' +
    '`POST /v1/jobs`.',
  parameters: ['IdempotencyKey', 'PreferWait'],
  body: {
    required: true,
    content: {
      'multipart/form-data': {
        schema: { $ref: schemaRef('StylesForm') },
        encoding: { image: { contentType: 'image/jpeg, image/png, image/webp' } },
      },
      'application/json': { schema: { $ref: schemaRef('StylesJson') }, ...shown(['stylesJson']) },
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
  problems: submitJob.problems?.filter(code => code !== 'prompt_not_allowed') ?? [],
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
      examples: ['batchRunning', 'batchSucceeded'],
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
