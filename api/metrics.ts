/**
 * GET /metrics for Prometheus, whom it serves, and the middleware that counts every request. The figures name no shop
 * and no shopper, but they are an operator's: the admin key opens them, or asking from the machine itself.
 */

import type { ServerResponse } from 'node:http';
import type { Context, Middleware } from 'koa';
import type { Clock } from '../common/clock.ts';
import type { ProblemCode } from '../common/errors.ts';
import type { Log } from '../common/log.ts';
import type { Metrics } from '../common/metrics.ts';
import { isFromThisMachine } from '../common/this-machine.ts';
import { traceIn } from '../common/trace.ts';
import type { Api } from './api.ts';

/** As nginx logs it: the client went away before it was answered. */
const CLIENT_GONE = 499;

export async function getMetrics({ engine }: Api, ctx: Context): Promise<void> {
  const { contentType, text } = await engine.metrics.scrape(engine);
  ctx.set('Cache-Control', 'no-store');
  ctx.set('Content-Type', contentType);
  ctx.body = text;
}

/** Lets requests through that this machine made itself, and leaves all others to `guard`. */
export function unlessLocal(guard: Middleware): Middleware {
  return (ctx, next) => (isFromThisMachine(ctx.req) ? next() : guard(ctx, next));
}

interface Measured {
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Absent = no line for each request. */
  readonly log?: Log | undefined;
}

/** Asked by machines every few seconds: no lines of the log. */
const PROBES: ReadonlySet<string> = new Set(['/health', '/ready', '/_ah/ready', '/metrics']);

/** The outermost middleware: an answer counts once it is sent completely, with the status that was sent. */
export function measureRequests({ metrics, clock, log }: Measured): Middleware {
  return (ctx, next) => {
    const startedAt = clock.now();
    ctx.res.once('close', () => {
      const problem = ctx.state.problem as ProblemCode | undefined;
      const request = {
        route: routeOf(ctx),
        method: ctx.method,
        status: ctx.res.headersSent ? ctx.res.statusCode : CLIENT_GONE,
        ms: clock.now() - startedAt,
        waited: ctx.state.heldOpen === true || isHeldOpen(ctx.res),
      };
      metrics.requestEnded({ ...request, ...(problem !== undefined ? { problem } : {}) });
      if (!log || PROBES.has(request.route)) return;
      const requestId = String(ctx.state.requestId);
      const code = problem === undefined ? {} : { code: problem };
      log.info('request', { ...request, ...code, requestId, trace: traceIn(ctx.get('traceparent')) });
    });
    return next();
  };
}

/** By `Prefer: wait`, or as a stream of events. */
function isHeldOpen(response: ServerResponse): boolean {
  return (
    response.hasHeader('Preference-Applied') || /^text\/event-stream/.test(String(response.getHeader('Content-Type')))
  );
}

/** The pattern that the router matched; what matched none shares one label, however many paths are tried. */
function routeOf(ctx: Context & { readonly _matchedRoute?: unknown }): string {
  if (ctx._matchedRoute !== undefined) return String(ctx._matchedRoute);
  return ctx.path.startsWith('/objects/') ? '/objects/*' : 'none';
}
