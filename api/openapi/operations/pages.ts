/**
 * What shops put into their pages, and the page that shows it, in the OpenAPI document.
 */
import type { Operation } from '../operation.ts';

const text = { schema: { type: 'string' } } as const;
const binary = { schema: { type: 'string', format: 'binary' } } as const;

export const portrait: Operation = {
  operationId: 'getPortrait',
  tag: 'Service',
  summary: 'Get the component for themes',
  description:
    'A JavaScript module that defines the element `easel-portrait`. A page loads it as a script of type `module`.',
  parameters: ['IfNoneMatch'],
  answers: {
    200: { description: 'The module.', headers: ['ETag'], content: { 'text/javascript': text } },
    304: { description: 'You have this module.', headers: ['ETag'] },
  },
};

export const portraitFile: Operation = {
  operationId: 'getPortraitFile',
  tag: 'Service',
  summary: "Get one of the component's pictures",
  description: 'The example of a style, or a file of the page at `GET /`. Any page may show these pictures.',
  parameters: ['PortraitFile', 'IfNoneMatch'],
  answers: {
    200: {
      description: 'The file.',
      headers: ['ETag'],
      content: { 'image/webp': binary, 'image/jpeg': binary, 'text/css': text, 'text/javascript': text },
    },
    304: { description: 'You have this file.', headers: ['ETag'] },
  },
  problems: ['route_not_found'],
};

export const demoPage: Operation = {
  operationId: 'getDemoPage',
  tag: 'Service',
  summary: 'Try it as a shopper does',
  description:
    'A page with the component, in English or German by `Accept-Language`. It is there where `DEMO_PAGE` is `on`, as it ' +
    'is by default on the embedded platform.',
  answers: { 200: { description: 'The page.', content: { 'text/html': text } } },
  problems: ['route_not_found'],
};
