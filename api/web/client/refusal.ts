/**
 * A refusal as the service sends it (`application/problem+json`), as an error.
 */
import { EaselError, type FieldError } from './errors.ts';
import type { Reply } from './exchange.ts';

interface Problem {
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  readonly resetAt?: string;
  readonly pool?: string;
}

/** What may go away by itself. Proxies answer like this, too, without a code. */
const PASSING = [408, 425, 429, 500, 502, 503, 504];

export async function refusalOf(reply: Reply): Promise<EaselError> {
  const { status } = reply;
  const problem = await problemOf(reply);
  const message = problem.detail ?? problem.title ?? `The service answered ${status}.`;
  return new EaselError(problem.code ?? `http_${status}`, message, {
    status,
    retryable: PASSING.includes(status),
    retryAfterMs: retryAfterMs(reply.header('Retry-After')),
    errors: problem.errors,
    requestId: reply.header('Request-Id') ?? undefined,
    resetAt: problem.resetAt,
    pool: problem.pool,
  });
}

async function problemOf({ header, body }: Reply): Promise<Problem> {
  if (!/json/.test(header('Content-Type') ?? '')) return {};
  try {
    const problem: unknown = JSON.parse(await body.text());
    return typeof problem === 'object' && problem !== null ? problem : {};
  } catch {
    return {};
  }
}

/** Easel sends seconds; a date of some proxy is not worth a comparison with this machine's clock. */
function retryAfterMs(text: string | null): number | undefined {
  return text !== null && /^\d+$/.test(text) ? Number(text) * 1_000 : undefined;
}
