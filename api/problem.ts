/**
 * Errors on the wire: every refusal and every fault leaves as `application/problem+json` (RFC 9457), from one table.
 * What a `ProblemError` says is public; anything else is logged and answered with a sentence that tells nothing.
 */
import type { Context, Middleware } from 'koa';
import { PROBLEMS, type ProblemCode, ProblemError } from '../common/errors.ts';
import type { Log } from '../common/log.ts';
import { isPlatformError } from '../common/platform/errors.ts';

/** How long a client should wait when the store or the bucket does not answer, in seconds. */
const UNAVAILABLE_RETRY_S = 5;
/** What nobody wanted, and somebody has to look at. */
const FAULTS: ReadonlySet<ProblemCode> = new Set(['internal', 'unavailable']);

/** How a refusal is put into words; a route for callers who expect another form sets it as `ctx.state.problemForm`. */
export type ProblemForm = (ctx: Context, problem: ProblemError) => void;

export function renderProblems(log: Log): Middleware {
  return async (ctx, next) => {
    try {
      await next();
      refuseUnrouted(ctx);
    } catch (error) {
      const problem = problemOf(error);
      const told = { requestId: String(ctx.state.requestId), code: problem.code };
      if (FAULTS.has(problem.code)) log.error('request failed', { ...told, error });
      // An operator closed the intake, the day's money is spent, too much came at once: all as it should be.
      else if (PROBLEMS[problem.code].status >= 500) log.warn('request refused', told);
      const form = (ctx.state.problemForm as ProblemForm | undefined) ?? render;
      form(ctx, problem);
    }
  };
}

/** What no route has answered: an unknown path, or, with Allow already set by the router, another method. */
function refuseUnrouted(ctx: Context): void {
  if (ctx.headerSent || (ctx.body !== undefined && ctx.body !== null)) return;
  if (ctx.status === 404) throw new ProblemError('route_not_found');
  if (ctx.status === 405 || ctx.status === 501) throw new ProblemError('method_not_allowed');
}

function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (isPlatformError(error, 'unavailable') || isPlatformError(error, 'contended')) {
    return new ProblemError('unavailable', { headers: { 'Retry-After': String(UNAVAILABLE_RETRY_S) }, cause: error });
  }
  return new ProblemError('internal', { cause: error });
}

function render(ctx: Context, { code, options }: ProblemError): void {
  const { status, title } = PROBLEMS[code];
  ctx.status = status;
  ctx.state.problem = code;
  // A cache may keep a 404 or 410 by itself, and the next answer may be another one.
  ctx.set({ 'Cache-Control': 'no-store', ...options.headers });
  ctx.body = JSON.stringify({
    type: 'about:blank',
    title,
    status,
    code: code satisfies ProblemCode,
    ...(options.detail !== undefined ? { detail: options.detail } : {}),
    ...(options.errors !== undefined ? { errors: options.errors } : {}),
    ...options.members,
  });
  ctx.type = 'application/problem+json';
}
