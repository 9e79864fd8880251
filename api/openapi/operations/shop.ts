/**
 * Sessions, styles and quota in the OpenAPI document.
 */
import { type Operation, shown } from '../operation.ts';
import { schemaRef } from '../schemas.ts';

export const openSession: Operation = {
  operationId: 'openSession',
  tag: 'Shop',
  summary: 'Open a session',
  description:
    "For one shopper's browser: the token sees the jobs of its own session and nothing else. Keep it for as long as it is " +
    'valid: a new session does not see the jobs of the one before.\n\n' +
    'No body is needed. With `{"firestore": true}` the answer also lets the page watch its jobs in Firestore instead of ' +
    'polling here. Be ready for `null`, and poll then.',
  body: {
    required: false,
    content: { 'application/json': { schema: { $ref: schemaRef('SessionRequest') }, ...shown(['sessionRequest']) } },
  },
  answers: {
    201: {
      description: 'The session.',
      schema: 'Session',
      examples: ['session', 'sessionWithFirestore', 'sessionWithoutFirestore'],
    },
  },
  problems: ['body_invalid', 'fields_invalid', 'body_too_large', 'content_type_unsupported'],
};

export const listStyles: Operation = {
  operationId: 'listStyles',
  tag: 'Shop',
  summary: 'List the styles',
  description: 'The styles to choose from, in the order to show them. Those switched off are left out.',
  answers: {
    200: { description: 'The styles; may be cached for a minute.', schema: 'StyleList', examples: ['styles'] },
  },
};

export const getQuota: Operation = {
  operationId: 'getQuota',
  tag: 'Shop',
  summary: 'Ask what is left',
  description: 'The pictures that a shopper has left today, by pool. Asking costs nothing.',
  answers: {
    200: {
      description: 'Both pools. Without a limit, `limit` and `remaining` are null.',
      schema: 'Quota',
      examples: ['quota', 'unlimited'],
    },
  },
};
