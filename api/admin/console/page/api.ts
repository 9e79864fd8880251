/**
 * Calls the API as the operator whom the cookie names. Addresses are relative to the page.
 */

/** What the API refused, in its own words. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface CallOptions {
  readonly body?: object | undefined;
  /** Sent as it is, instead of a body. */
  readonly form?: FormData;
  readonly headers?: { readonly [name: string]: string };
  readonly signal?: AbortSignal;
}

type Listener = () => void;
let onSignedOut: Listener = () => {};

/** Told whenever the service no longer knows who asks. */
export function whenSignedOut(listener: Listener): void {
  onSignedOut = listener;
}

/** `request` is such as `GET stats`, below `/v1/admin/`, or `GET /v1/jobs/…`. Throws an `ApiProblem`. */
export async function call<T>(request: string, { body, form, headers, signal }: CallOptions = {}): Promise<T> {
  const [method = 'GET', path = ''] = request.split(' ');
  const response = await fetch(path.startsWith('/') ? path.slice(1) : `v1/admin/${path}`, {
    method,
    headers: { ...(body ? { 'Content-Type': 'application/json' } : {}), ...headers },
    ...(form ? { body: form } : body ? { body: JSON.stringify(body) } : {}),
    ...(signal ? { signal } : {}),
  }).catch(error => {
    if (signal?.aborted) throw error;
    throw new ApiProblem(0, 'unreachable', 'The service does not answer. Is it running, and are you online?');
  });
  const answer = await bodyOf(response);
  if (response.ok) return answer as T;
  const problem = problemOf(response.status, answer);
  if (response.status === 401 && !headers?.Authorization) onSignedOut();
  throw problem;
}

async function bodyOf(response: Response): Promise<unknown> {
  const isJson = /json/.test(response.headers.get('Content-Type') ?? '');
  return isJson ? await response.json().catch(() => undefined) : undefined;
}

interface Problem {
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

function problemOf(status: number, answer: unknown): ApiProblem {
  const {
    code = 'unknown',
    title = `The service answered ${status}.`,
    detail,
    errors = [],
  } = (answer ?? {}) as Problem;
  const fields = errors.map(({ pointer, detail: what }) => `${pointer.replace(/^\//, '') || 'body'}: ${what}`);
  return new ApiProblem(status, code, fields.length > 0 ? fields.join('; ') : (detail ?? title));
}
