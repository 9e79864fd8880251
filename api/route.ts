/**
 * What a route declares: how it is called, whom it serves, and what a key has to be allowed to do there. A route that
 * does not say whom it serves serves nobody: the process refuses to start with it.
 */
import type { Context } from 'koa';
import type { KeyScope } from '../common/documents.ts';
import type { Api } from './api.ts';
import type { CallerKind } from './auth/caller.ts';

export type Handler = (api: Api, ctx: Context) => Promise<void>;
export type Audience = 'anyone' | readonly CallerKind[];
export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

export type Route = readonly [method: Method, path: string, audience: Audience, handler: Handler, scope?: KeyScope];

/** Looking takes `read`, everything else `write`, unless the route says otherwise. */
export function scopeOf([method, , , , scope]: Route): KeyScope {
  return scope ?? (method === 'get' ? 'read' : 'write');
}

/** Throws with every route that does not say whom it serves, or that is there twice. */
export function checkRoutes(routes: readonly Route[]): void {
  const seen = new Set<string>();
  const problems = routes.flatMap(([method, path, audience]) => {
    const name = `${method.toUpperCase()} ${path}`;
    const twice = seen.has(name);
    seen.add(name);
    if (twice) return [`${name} is there twice`];
    const declared = audience === 'anyone' || (Array.isArray(audience) && audience.length > 0);
    return declared ? [] : [`${name} does not say whom it serves`];
  });
  if (problems.length > 0) throw new Error(`Routes: ${problems.join('; ')}`);
}
