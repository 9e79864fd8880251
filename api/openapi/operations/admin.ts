/**
 * The operators' routes in the OpenAPI document.
 */
import type { ProblemCode } from '../../../common/errors.ts';
import type { ExampleName } from '../examples.ts';
import { type Operation, shown } from '../operation.ts';
import { schemaRef } from '../schemas.ts';

export const WITH_BODY: readonly ProblemCode[] = [
  'body_invalid',
  'fields_invalid',
  'body_too_large',
  'content_type_unsupported',
];
export const RECORDED = 'What is done is recorded in the audit.';

export function jsonBody(
  schema: string,
  examples: readonly ExampleName[],
  required = true,
): NonNullable<Operation['body']> {
  return { required, content: { 'application/json': { schema: { $ref: schemaRef(schema) }, ...shown(examples) } } };
}

export const listBatches: Operation = {
  operationId: 'listAdminBatches',
  tag: 'Operators',
  summary: "List a shop's batches",
  description: 'Newest first, in one line each. How the jobs of one stand is asked of `GET /v1/batches/{id}`.',
  answers: { 200: { description: 'A page.', schema: 'AdminBatchPage' } },
  problems: ['fields_invalid'],
};

export const listKeys: Operation = {
  operationId: 'listKeys',
  tag: 'Operators',
  summary: 'List keys',
  description:
    'Those revoked included. The keys themselves are stored nowhere; here are their ids, labels and endings.',
  answers: { 200: { description: 'A page.', schema: 'KeyPage', examples: ['keyPage'] } },
  problems: ['fields_invalid'],
};

export const createKey: Operation = {
  operationId: 'createKey',
  tag: 'Operators',
  summary: 'Make a key',
  description:
    'It works at once. The key is in this answer and nowhere else, so do not send this again when no answer comes: look ' +
    `for the key in the list and revoke it. Needs the scope \`manage\`. ${RECORDED}`,
  body: jsonBody('KeyRequest', ['keyRequest', 'storefrontKeyRequest']),
  answers: { 201: { description: 'The key.', schema: 'NewKey', examples: ['newKey'] } },
  problems: WITH_BODY,
};

export const revokeKey: Operation = {
  operationId: 'revokeKey',
  tag: 'Operators',
  summary: 'Revoke a key',
  description:
    'For good, and everywhere within a minute. Revoking it again changes nothing. The last admin key that may manage ' +
    `stays. Needs the scope \`manage\`. ${RECORDED}`,
  parameters: ['KeyId'],
  body: jsonBody('RevokeRequest', ['revokeRequest']),
  answers: { 200: { description: 'The key.', schema: 'Key', examples: ['revokedKey'] } },
  problems: [...WITH_BODY, 'not_found', 'last_admin_key'],
};

export const listShops: Operation = {
  operationId: 'listShops',
  tag: 'Operators',
  summary: 'List shops',
  description: 'By id. The shop `default` is there from the first start.',
  answers: { 200: { description: 'A page.', schema: 'ShopPage', examples: ['shopPage'] } },
  problems: ['fields_invalid'],
};

export const createShop: Operation = {
  operationId: 'createShop',
  tag: 'Operators',
  summary: 'Make a shop',
  description: `Its keys are made separately. Needs the scope \`manage\`. ${RECORDED}`,
  body: jsonBody('NewShopRequest', ['newShopRequest']),
  answers: { 201: { description: 'The shop.', headers: ['Location'], schema: 'Shop', examples: ['shop'] } },
  problems: [...WITH_BODY, 'shop_exists', 'shops_full'],
};

export const getShop: Operation = {
  operationId: 'getShop',
  tag: 'Operators',
  summary: 'Get a shop',
  description: 'Of the Shopify secret it tells whether there is one.',
  parameters: ['ShopId'],
  answers: { 200: { description: 'The shop.', schema: 'Shop', examples: ['shop'] } },
  problems: ['not_found'],
};

export const updateShop: Operation = {
  operationId: 'updateShop',
  tag: 'Operators',
  summary: 'Change a shop',
  description:
    'Fields that are left out stay as they are, and null takes one away. It counts everywhere within a minute. Needs ' +
    `the scope \`manage\`. ${RECORDED}`,
  parameters: ['ShopId'],
  body: jsonBody('ShopRequest', ['shopRequest']),
  answers: { 200: { description: 'The shop.', schema: 'Shop', examples: ['shop'] } },
  problems: [...WITH_BODY, 'not_found'],
};

export const rotateWebhookSecret: Operation = {
  operationId: 'rotateWebhookSecret',
  tag: 'Operators',
  summary: "Make a new secret for a shop's webhooks",
  description:
    'Its first one, or another. The secret is in this answer and nowhere else. Both sign for a day, so give the new one ' +
    'to the receiver meanwhile; rotating again ends the older of them at once. Needs the scope `manage`. ' +
    RECORDED,
  parameters: ['ShopId'],
  body: jsonBody('RotateRequest', ['rotateRequest'], false),
  answers: { 200: { description: 'The secret.', schema: 'WebhookSecret', examples: ['webhookSecret'] } },
  problems: [...WITH_BODY, 'not_found'],
};

export const getBudget: Operation = {
  operationId: 'getBudget',
  tag: 'Operators',
  summary: 'Ask what is spent',
  description: 'Of the whole service, or of one shop.',
  answers: { 200: { description: 'The day.', schema: 'Budget', examples: ['budget', 'raisedBudget'] } },
  problems: ['fields_invalid'],
};

export const overrideBudget: Operation = {
  operationId: 'overrideBudget',
  tag: 'Operators',
  summary: 'Set another budget for a time',
  description:
    'Counts instead of the usual one, everywhere within a second, until its end. Setting it again replaces it. Needs the ' +
    `scope \`manage\`. ${RECORDED}`,
  body: jsonBody('OverrideRequest', ['overrideRequest']),
  answers: { 200: { description: 'The day.', schema: 'Budget', examples: ['raisedBudget'] } },
  problems: WITH_BODY,
};

export const resetBudget: Operation = {
  operationId: 'resetBudget',
  tag: 'Operators',
  summary: 'Go back to the usual budget',
  description: `Needs the scope \`manage\`. Idempotent. ${RECORDED}`,
  answers: { 200: { description: 'The day.', schema: 'Budget', examples: ['budget'] } },
  problems: ['fields_invalid'],
};

export const getIntake: Operation = {
  operationId: 'getIntake',
  tag: 'Operators',
  summary: 'Ask whether jobs are taken in',
  description: 'What was taken in before goes on in any case.',
  answers: { 200: { description: 'The intake.', schema: 'Intake', examples: ['intakeOpen', 'intakeClosed'] } },
};

export const closeIntake: Operation = {
  operationId: 'closeIntake',
  tag: 'Operators',
  summary: 'Take no jobs in',
  description:
    'Submits are refused with `intake_closed` and the message, everywhere within a second. Setting it again replaces it. ' +
    `Needs the scope \`manage\`. ${RECORDED}`,
  body: jsonBody('IntakeRequest', ['intakeRequest']),
  answers: { 200: { description: 'The intake.', schema: 'Intake', examples: ['intakeClosed'] } },
  problems: WITH_BODY,
};

export const openIntake: Operation = {
  operationId: 'openIntake',
  tag: 'Operators',
  summary: 'Take jobs in again',
  description: `Needs the scope \`manage\`. Idempotent. ${RECORDED}`,
  answers: { 200: { description: 'The intake.', schema: 'Intake', examples: ['intakeOpen'] } },
  problems: ['fields_invalid'],
};

export const listQueues: Operation = {
  operationId: 'listQueues',
  tag: 'Operators',
  summary: 'List the queues',
  description: 'Their state as they tell it themselves, why they are paused, and what waits.',
  answers: { 200: { description: 'All three.', schema: 'QueueList', examples: ['queueList'] } },
};

export const pauseQueue: Operation = {
  operationId: 'pauseQueue',
  tag: 'Operators',
  summary: 'Pause a queue',
  description:
    'Jobs are taken in and wait; those begun go on. The wait counts against no deadline. Pausing it again replaces reason ' +
    `and end. ${RECORDED}`,
  parameters: ['QueueName'],
  body: jsonBody('PauseRequest', ['pauseRequest']),
  answers: { 200: { description: 'The queue.', schema: 'Queue', examples: ['pausedQueue'] } },
  problems: [...WITH_BODY, 'not_found'],
};

export const resumeQueue: Operation = {
  operationId: 'resumeQueue',
  tag: 'Operators',
  summary: 'Resume a queue',
  description: `Whoever has paused it. Idempotent. ${RECORDED}`,
  parameters: ['QueueName'],
  body: jsonBody('ResumeRequest', ['resumeRequest'], false),
  answers: { 200: { description: 'The queue.', schema: 'Queue', examples: ['runningQueue'] } },
  problems: [...WITH_BODY, 'not_found'],
};

export const listDeliveries: Operation = {
  operationId: 'listDeliveries',
  tag: 'Operators',
  summary: 'List webhook deliveries',
  description: 'Each event that a server was or is to be told of, with its tries; newest first.',
  answers: { 200: { description: 'A page.', schema: 'DeliveryPage', examples: ['deliveryPage'] } },
  problems: ['fields_invalid'],
};

export const replayDelivery: Operation = {
  operationId: 'replayDelivery',
  tag: 'Operators',
  summary: 'Send an event again',
  description: `At once, under the same \`webhook-id\`, with a new round of tries, whatever became of it before. ${RECORDED}`,
  parameters: ['EventId'],
  body: jsonBody('ReplayRequest', ['replayRequest'], false),
  answers: { 202: { description: 'It is on its way.', schema: 'Delivery', examples: ['replayedDelivery'] } },
  problems: [...WITH_BODY, 'not_found', 'erased', 'delivery_under_way'],
};

export const listAudit: Operation = {
  operationId: 'listAudit',
  tag: 'Operators',
  summary: 'Read the audit',
  description: 'What operators did, newest first; kept for 400 days. Entries are only ever added.',
  answers: { 200: { description: 'A page.', schema: 'AuditPage', examples: ['auditPage'] } },
  problems: ['fields_invalid'],
};

export const getStats: Operation = {
  operationId: 'getStats',
  tag: 'Operators',
  summary: 'See how the service stands',
  description: 'Jobs by lane and status, money, queues and intake in one answer.',
  answers: { 200: { description: 'The figures.', schema: 'Stats', examples: ['stats'] } },
};

export const getInvariants: Operation = {
  operationId: 'getInvariants',
  tag: 'Operators',
  summary: 'Let the service check itself',
  description:
    'What should have happened by now and has not, and what documents, bucket and queues say that cannot all be true, each ' +
    'with what to do. `ok` is false when a fault is among it. Changes nothing.',
  answers: {
    200: {
      description: 'What was found, `ok` or not.',
      schema: 'Invariants',
      examples: ['soundInvariants', 'invariants'],
    },
  },
};
