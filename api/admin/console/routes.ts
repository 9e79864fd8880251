/**
 * The console's routes, a part of the table in `api/app.ts`. Signing in and out is for any admin key: what it may do
 * beyond is asked at each route.
 */
import type { Route } from '../../route.ts';
import { getConsole, getConsoleFile } from './serve-console.ts';
import { showSession, signIn, signOut } from './session.ts';

const OPERATORS = ['admin'] as const;

export const CONSOLE_ROUTES: readonly Route[] = [
  ['post', '/v1/admin/session', OPERATORS, signIn, 'read'],
  ['get', '/v1/admin/session', OPERATORS, showSession],
  ['delete', '/v1/admin/session', OPERATORS, signOut, 'read'],
  ['get', '/admin', 'anyone', getConsole],
  ['get', '/admin/:version/:file', 'anyone', getConsoleFile],
];
