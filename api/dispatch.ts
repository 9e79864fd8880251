/**
 * Brings a request to its route. Koa's router tries the pattern of every route that it knows for every request; so the
 * paths of a part of the API (`/v1/jobs`, `/v1/admin`, `/docs`) that are equally long have a router of their own, and a poll
 * tries two patterns instead of a hundred.
 */
import Router from '@koa/router';
import type { Middleware } from 'koa';
import type { Route } from './route.ts';

/** @param add Adds the route to the router of its part. */
export function dispatch(routes: readonly Route[], add: (router: Router, route: Route) => void): readonly Middleware[] {
  const routers = new Map<string, Dispatching>();
  for (const [part, some] of Map.groupBy(routes, ([, path]) => partOf(path))) {
    const router = new Router();
    for (const route of some) add(router, route);
    routers.set(part, dispatching(router));
  }
  const none = dispatching(new Router());
  const of = (path: string) => routers.get(partOf(path)) ?? none;
  const answer: Middleware = (ctx, next) => of(ctx.path).answer(ctx, next);
  const refuse: Middleware = (ctx, next) => of(ctx.path).refuse(ctx, next);
  // As koa's own middleware does, it tells what it leads to.
  return [Object.assign(answer, { routers: [...routers.values()].map(({ router }) => router) }), refuse];
}

interface Dispatching {
  readonly router: Router;
  readonly answer: Middleware;
  /** Where the path is known and the method is not. */
  readonly refuse: Middleware;
}

function dispatching(router: Router): Dispatching {
  return { router, answer: router.routes() as Middleware, refuse: router.allowedMethods() as Middleware };
}

/**
 * Below `/v1` the second segment, else the first, where no pattern has a parameter, and how many there are: a parameter is
 * one segment. Neither case nor a slash at the end matter to the routers.
 */
function partOf(path: string): string {
  const segments = path.toLowerCase().split('/');
  const [, first = '', second = ''] = segments;
  const count = segments.at(-1) === '' ? segments.length - 2 : segments.length - 1;
  return first === 'v1' ? `${count} v1/${second}` : `${count} ${first}`;
}
