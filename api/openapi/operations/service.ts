/**
 * Health, readiness, this document and its page, in the OpenAPI document.
 */
import type { Operation } from '../operation.ts';

export const health: Operation = {
  operationId: 'getHealth',
  tag: 'Service',
  summary: 'Is the process up?',
  description: 'The process answers. It looks at nothing else; for whether jobs can be taken ask `GET /ready`.',
  answers: {
    200: { description: 'It is.', schema: 'Health', examples: ['health'] },
  },
};

export const ready: Operation = {
  operationId: 'getReadiness',
  tag: 'Service',
  summary: 'Can jobs be taken?',
  description: 'Whether store, queue and bucket work. An answer is kept for two seconds, so ask as often as you like.',
  answers: {
    200: { description: 'They do.', schema: 'Readiness', examples: ['ready'] },
    503: { description: 'At least one does not.', schema: 'Readiness', examples: ['notReady'] },
  },
};

export const appEngineReady: Operation = {
  ...ready,
  operationId: 'getAppEngineReadiness',
  summary: 'Can jobs be taken? (App Engine)',
  description: 'The same as `GET /ready`, at the path where App Engine asks.',
};

export const metrics: Operation = {
  operationId: 'getMetrics',
  tag: 'Service',
  summary: 'Read the metrics',
  description:
    'What this process has counted, in the text format of Prometheus. On the embedded platform the machine itself may ' +
    'ask without a key.',
  answers: {
    200: { description: 'The metrics.', content: { 'text/plain': { schema: { type: 'string' } } } },
  },
};

export const openapi: Operation = {
  operationId: 'getOpenapi',
  tag: 'Service',
  summary: 'Get this document',
  description: 'What this API takes and answers, in OpenAPI 3.1; `GET /docs` shows it to people.',
  parameters: ['IfNoneMatch'],
  answers: {
    200: {
      description: 'The document.',
      headers: ['ETag'],
      content: { 'application/json': { schema: { type: 'object' } } },
    },
    304: { description: 'You have this document.', headers: ['ETag'] },
  },
};

export const client: Operation = {
  operationId: 'getClient',
  tag: 'Service',
  summary: 'Get the client',
  description: 'A JavaScript module for pages: `import { createEaselClient } from ".../easel-client.js"`.',
  parameters: ['IfNoneMatch'],
  answers: {
    200: {
      description: 'The module.',
      headers: ['ETag'],
      content: { 'text/javascript': { schema: { type: 'string' } } },
    },
    304: { description: 'You have this module.', headers: ['ETag'] },
  },
};

export const docs: Operation = {
  operationId: 'getDocs',
  tag: 'Service',
  summary: 'Read this document',
  description: 'The reference as a page.',
  answers: {
    200: { description: 'The page.', content: { 'text/html': { schema: { type: 'string' } } } },
    302: { description: 'Asked for with a slash at the end: the page is here without one.', headers: ['Location'] },
  },
};

export const docsFile: Operation = {
  operationId: 'getDocsFile',
  tag: 'Service',
  summary: 'Get a file of the page',
  description: 'A script or a stylesheet of `GET /docs`.',
  parameters: ['DocsFile', 'IfNoneMatch'],
  answers: {
    200: {
      description: 'The file.',
      headers: ['ETag'],
      content: { 'text/css': { schema: { type: 'string' } }, 'text/javascript': { schema: { type: 'string' } } },
    },
    304: { description: 'You have this file.', headers: ['ETag'] },
  },
  problems: ['route_not_found'],
};
