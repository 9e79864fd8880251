/**
 * The console in the OpenAPI document: signing in, its page and its files.
 */
import type { Operation } from '../operation.ts';

export const signIn: Operation = {
  operationId: 'signInToConsole',
  tag: 'Operators',
  summary: 'Sign a browser in',
  description:
    'Send the admin key once as the bearer; the answer sets a cookie that scripts cannot read and that counts only for ' +
    "the service's own pages, for twelve hours and as long as the key stands. Twenty failures from an address close this " +
    'route to it for a quarter of an hour. Other clients than browsers have no use for it.',
  answers: {
    200: {
      description: 'Signed in.',
      headers: ['Set-Cookie'],
      schema: 'ConsoleSession',
      examples: ['consoleSession'],
    },
  },
  problems: ['sign_ins_exceeded'],
  problemHeaders: { 429: ['Retry-After'] },
};

export const showSession: Operation = {
  operationId: 'getConsoleSession',
  tag: 'Operators',
  summary: 'Who is signed in?',
  description: 'The key that the cookie, or the call itself, stands for.',
  answers: { 200: { description: 'The key.', schema: 'ConsoleSession' } },
};

export const signOut: Operation = {
  operationId: 'signOutOfConsole',
  tag: 'Operators',
  summary: 'Sign a browser out',
  description: 'Takes the cookie away. Revoke the key to end every browser that it has signed in.',
  answers: { 204: { description: 'Signed out.', headers: ['Set-Cookie'] } },
};

export const page: Operation = {
  operationId: 'getConsole',
  tag: 'Service',
  summary: 'Open the console',
  description: 'A page for operators. It bears nothing of the service until somebody signs in.',
  answers: {
    200: {
      description: 'The page.',
      headers: ['X-Frame-Options'],
      content: { 'text/html': { schema: { type: 'string' } } },
    },
    302: { description: 'Asked for with a slash at the end: the page is here without one.', headers: ['Location'] },
  },
};

export const file: Operation = {
  operationId: 'getConsoleFile',
  tag: 'Service',
  summary: 'Get a file of the console',
  description: 'A module or a stylesheet of `GET /admin`.',
  parameters: ['ConsoleVersion', 'ConsoleFile', 'IfNoneMatch'],
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
