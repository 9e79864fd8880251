/**
 * Sessions, styles and quota in the OpenAPI document.
 */
import type { Operation } from '../operation.ts';

export const openSession: Operation = {
  operationId: 'openSession',
  tag: 'Shop',
  summary: 'Open a session',
  description:
    "For one shopper's browser: the token sees the jobs of its own session and nothing else. No body. Keep the token " +
    'for as long as it is valid: a new session does not see the jobs of the one before.',
  answers: {
    201: { description: 'The session.', schema: 'Session', examples: ['session'] },
  },
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
