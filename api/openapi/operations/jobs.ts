/**
 * The routes below /v1/jobs that read, give up and erase, in the OpenAPI document.
 */
import { EXAMPLES } from '../examples.ts';
import { type AnswerText, type Operation, shown } from '../operation.ts';
import { schemaRef } from '../schemas.ts';

const REDIRECT: AnswerText = {
  description: 'Location is a fresh signed URL. It needs no header, and no key must be sent there.',
  headers: ['Location'],
};

export const listJobs: Operation = {
  operationId: 'listJobs',
  tag: 'Jobs',
  summary: "List the shop's jobs",
  description:
    "The shop's jobs, newest first, a page at a time. `model`, `costUsd` and `attempts` stand in each job alone.",
  answers: {
    200: { description: 'A page.', schema: 'JobPage', examples: ['page'] },
  },
  problems: ['fields_invalid'],
};

export const getJob: Operation = {
  operationId: 'getJob',
  tag: 'Jobs',
  summary: 'Get a job',
  description:
    "The job as it is now. Somebody else's job, a missing one and a malformed id answer alike. Poll by `pollAfterMs`, or " +
    'hold the request with `Prefer: wait` and `after`.',
  parameters: ['JobId', 'PreferWait', 'IfNoneMatch'],
  answers: {
    200: {
      description: 'The job. `Retry-After` until it is done.',
      headers: ['ETag', 'Retry-After', 'Preference-Applied'],
      schema: 'Job',
      examples: ['running', 'deepInQueue', 'paused', 'succeeded', 'blocked', 'detailed'],
    },
    304: { description: 'You have this answer.', headers: ['ETag', 'Retry-After', 'Preference-Applied'] },
  },
  problems: ['fields_invalid', 'not_found'],
};

export const getEvents: Operation = {
  operationId: 'getJobEvents',
  tag: 'Jobs',
  summary: 'Be told of a job',
  description:
    'Server-sent events: `job` with the whole job as JSON, at once and after each change, also of its place in the queue. ' +
    "`id` is the job's `sequence`. Read it with `fetch`, as `EventSource` sends no key. The stream closes when the job is " +
    'done, and after 50 seconds with `retry:`, the milliseconds after which to come back with `Last-Event-ID`: what ' +
    'happened meanwhile is sent then. A comment every 15 seconds keeps the connection. 503 `overloaded` when too many ' +
    'wait already: poll instead.',
  parameters: ['JobId', 'LastEventId'],
  answers: {
    200: {
      description: 'The stream.',
      headers: ['X-Accel-Buffering'],
      content: { 'text/event-stream': { schema: { type: 'string' }, examples: { whole: { value: EXAMPLES.events } } } },
    },
    204: { description: 'The job is done, and you have its last event: there is nothing to come back for.' },
  },
  problems: ['not_found', 'overloaded'],
};

export const getOutput: Operation = {
  operationId: 'getJobOutput',
  tag: 'Jobs',
  summary: 'Go to the picture',
  description:
    'For links that have to work for weeks, such as in an e-mail of the shop: a fresh signed URL at each call.',
  parameters: ['JobId'],
  answers: { 302: REDIRECT },
  problems: ['fields_invalid', 'not_found', 'output_not_ready', 'output_expired', 'erased', 'not_released'],
};

export const getInput: Operation = {
  operationId: 'getJobInput',
  tag: 'Jobs',
  summary: 'Go to the photo',
  description: 'The photo as it was submitted.',
  parameters: ['JobId'],
  answers: { 302: REDIRECT },
  problems: ['fields_invalid', 'not_found', 'input_not_kept', 'erased'],
};

export const cancelJob: Operation = {
  operationId: 'cancelJob',
  tag: 'Jobs',
  summary: 'Give a job up',
  description:
    'Ends a queued job at once and gives its unit of quota back. A running one is told (`cancelRequested`) and ends ' +
    'soon; what the model was asked for stays charged. A job that is done stays as it ended. Idempotent.',
  parameters: ['JobId'],
  answers: {
    200: {
      description: 'The job as it is now.',
      headers: ['ETag', 'Retry-After'],
      schema: 'Job',
      examples: ['canceled', 'canceling'],
    },
  },
  problems: ['not_found'],
};

export const orderJob: Operation = {
  operationId: 'orderJob',
  tag: 'Jobs',
  summary: 'Keep a picture for an order',
  description:
    'For a picture that was sold: photo and picture are kept for as long as the operator has set (400 days by default), ' +
    'counted from the latest order, and `GET /v1/jobs/{id}/output` leads to them for as long. A job that is not done, or ' +
    'has no picture, may be ordered too: its photo is kept, and the picture once there is one. Where the shop shows whole ' +
    'pictures once they are ordered, this is what shows it. Idempotent for an order.',
  parameters: ['JobId'],
  body: {
    required: true,
    content: { 'application/json': { schema: { $ref: schemaRef('OrderRequest') }, ...shown(['orderRequest']) } },
  },
  answers: {
    200: {
      description: 'The job.',
      headers: ['ETag', 'Retry-After'],
      schema: 'Job',
      examples: ['ordered'],
    },
  },
  problems: [
    'not_found',
    'erased',
    'output_expired',
    'orders_full',
    'body_invalid',
    'fields_invalid',
    'body_too_large',
    'content_type_unsupported',
  ],
};

export const eraseJob: Operation = {
  operationId: 'eraseJob',
  tag: 'Jobs',
  summary: 'Erase a job',
  description:
    'Takes photo, picture, prompt, `customId` and `metadata` away for good, and gives the job up first if it is not ' +
    'done. A tombstone stays, with state, times and cost. Idempotent.',
  parameters: ['JobId'],
  answers: {
    200: { description: 'The tombstone.', headers: ['ETag', 'Retry-After'], schema: 'Job', examples: ['erased'] },
  },
  problems: ['not_found'],
};
