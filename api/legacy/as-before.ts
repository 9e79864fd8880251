/**
 * What every old route has around it: it says that it is on its way out, and refuses in the old form, a `detail` that
 * the old theme shows as it is.
 */
import type { Context } from 'koa';
import { PROBLEMS, type ProblemError } from '../../common/errors.ts';
import type { Api } from '../api.ts';
import type { Handler } from '../route.ts';

/** The day on which Easel took these routes over, deprecated from the first: 23 November 2026. */
const DEPRECATED_AT = Date.UTC(2026, 10, 23);
/** What callers of the earlier service tell apart; to them any other fault of a request is a bad one. */
const KNOWN_REFUSALS: ReadonlySet<number> = new Set([400, 403, 404, 405, 429]);

export function asBefore(handler: Handler): Handler {
  return async (api, ctx) => {
    ctx.state.problemForm = refuseAsBefore;
    announceEnd(api, ctx);
    await handler(api, ctx);
  };
}

/** `Deprecation` is RFC 9745, `Sunset` RFC 8594. */
function announceEnd({ legacy, publicUrl = '' }: Api, ctx: Context): void {
  if (!legacy) return;
  ctx.set('Deprecation', `@${DEPRECATED_AT / 1_000}`);
  ctx.set('Sunset', new Date(legacy.sunsetAt).toUTCString());
  const guide = `<${publicUrl}/docs/migrating>`;
  ctx.set('Link', `${guide}; rel="deprecation"; type="text/markdown", ${guide}; rel="sunset"; type="text/markdown"`);
}

function refuseAsBefore(ctx: Context, { code, options }: ProblemError): void {
  const { status, title } = PROBLEMS[code];
  ctx.status = status >= 500 || KNOWN_REFUSALS.has(status) ? status : 400;
  ctx.state.problem = code;
  ctx.set({ 'Cache-Control': 'no-store', ...options.headers });
  const fields = options.errors?.map(({ pointer, detail }) => `${pointer.slice(1)}: ${detail}`).join('; ');
  const until = options.members?.resetAt === undefined ? '' : ` New ones from ${options.members.resetAt}.`;
  ctx.body = { detail: fields ?? `${options.detail ?? title}${until}` };
}
