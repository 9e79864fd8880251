/**
 * Whether an answer may be given: by the OpenAPI document, and by what no answer may ever be or hold.
 */
import { differences } from '../../api/openapi/answer.conformance.ts';
import type { OpenapiDocument } from '../../api/openapi/document.ts';
import { OBJECT_PROBLEMS, ROUTING_PROBLEMS } from '../../api/openapi/introduction.ts';
import type { JsonObject } from '../../api/openapi/schemas.ts';
import { PROBLEMS, type ProblemCode } from '../../common/errors.ts';
import type { WireAnswer } from './wire.ts';

export interface Judge {
  /** What is wrong with the answer to a request that HTTP takes for one. */
  request(asked: Asked, answer: WireAnswer): string[];
  /** What is wrong with an answer to bytes that may be no request at all. */
  nonsense(answer: WireAnswer): string[];
}

export interface Asked {
  readonly method: string;
  readonly target: string;
  readonly bytes: Buffer;
}

/** Nothing keeps the service from working, so these two are faults. */
const NEVER: readonly string[] = ['internal', 'unavailable'];
/** What only an unknown cause explains in an answer: our files, a stack, another's error. */
const INSIDES = /node_modules|\bat (?:async )?[\w.<>]+ \(|\.ts:\d+|TypeError|RangeError|SQLITE|ENOENT|EACCES/;
/** What the router and signed addresses refuse with. */
const UNROUTED = [...ROUTING_PROBLEMS, ...OBJECT_PROBLEMS].map(code => String(PROBLEMS[code].status));
/** From here on a head may be too long: the limit counts names and values without what stands between them. */
const HEAD_BYTES = 15_000;
const KEPT_MAX = 20_000;

export function createJudge(document: OpenapiDocument): Judge {
  const kept = new Map<string, string[]>();
  const templates = Object.keys(document.paths).map(template => ({
    template,
    // The router takes any case, and a slash at the end.
    pattern: new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}/?$`, 'i'),
  }));

  /** The template that the target falls under, if any, and a path that falls under it too. */
  function routeOf({ target }: Asked): { template?: string; path: string } {
    const [plain = ''] = target.replace(/^[a-z]+:\/\/[^/?#]*/i, '').split(/[?#]/);
    // Koa reads a target with a fragment by Node's oldest parser, to which a backslash is a slash.
    const path = target.includes('#') ? plain.replaceAll('\\', '/') : plain;
    const fits = templates.filter(({ pattern }) => pattern.test(path)).map(({ template }) => template);
    const template = fits.find(name => !name.includes('{')) ?? fits[0];
    return template === undefined ? { path } : { template, path: template.replace(/\{\w+\}/g, 'x') };
  }

  function documented(asked: Asked, answer: WireAnswer): string[] {
    const { method } = asked;
    const { template, path } = routeOf(asked);
    if (path.startsWith('/objects/') && answer.status < 400) return [];
    if (mayBeUnread(asked, answer)) return method === 'HEAD' ? [] : refusal(answer);
    if (method === 'HEAD') return bare(document.paths[template ?? '']?.get, answer);
    if (method === 'OPTIONS' && answer.status < 300) return answer.body.length === 0 ? [] : ['OPTIONS has a body'];
    const { status, headers } = answer;
    const body = parsed(answer);
    const named = [...headers].filter(([name]) => name !== 'request-id' && name !== 'date').flat();
    const key = [method, path, status, ...named, JSON.stringify(status < 400 ? body : formOf(body))].join('\n');
    const known = kept.get(key);
    if (known) return known;
    const found = differences(document, { method, path, status, headers, body });
    if (kept.size >= KEPT_MAX) kept.clear();
    kept.set(key, found);
    return found;
  }

  return {
    request: (asked, answer) => [...always(answer), ...documented(asked, answer)],
    nonsense: answer => [...always(answer), ...(answer.status >= 400 ? refusal(answer) : [])],
  };
}

function always(answer: WireAnswer): string[] {
  const { status, body } = answer;
  const isJson = /[/+]json/.test(answer.headers.get('content-type') ?? '');
  const { code } = (parsed(answer) ?? {}) as { code?: string };
  return [
    ...(status === 500 ? ['a fault of the service'] : []),
    ...(code !== undefined && NEVER.includes(code) ? [`refused with ${code}`] : []),
    ...(isJson && status !== 200 && INSIDES.test(body.toString()) ? ['the answer tells of the inside'] : []),
  ];
}

/** Refused before anybody looked for a route, which bears no Request-Id: a target that is none, or a head too long. */
function mayBeUnread({ target, bytes }: Asked, { status, headers }: WireAnswer): boolean {
  if (headers.has('request-id')) return false;
  if (status === PROBLEMS.request_malformed.status) return !isTarget(target);
  return status === PROBLEMS.headers_too_large.status && bytes.indexOf('\r\n\r\n') > HEAD_BYTES;
}

function isTarget(text: string): boolean {
  if (!/^[\x21-\x7e]*$/.test(text)) return false;
  return /^[/*]/.test(text) || (/^https?:/i.test(text) && URL.canParse(text));
}

/** A refusal without its changing sentences: of those of one form, one is held against the document. */
function formOf(body: unknown): unknown {
  if (Array.isArray(body)) return [...new Set(body.map(item => JSON.stringify(formOf(item))))];
  if (typeof body !== 'object' || body === null) return typeof body;
  const told = Object.entries(body).map(([name, value]) => [name, name === 'code' ? value : formOf(value)]);
  return Object.fromEntries(told);
}

/** Without a body there is only the status to hold against the document. */
function bare(operation: JsonObject | undefined, { status, headers }: WireAnswer): string[] {
  const known = operation ? Object.keys(operation.responses as object) : UNROUTED;
  return [
    ...(known.includes(String(status)) ? [] : [`HEAD: ${status} is not documented`]),
    ...(headers.has('request-id') ? [] : ['there is no Request-Id']),
  ];
}

/** A refusal by the table of problems, wherever in the service it comes from. */
function refusal(answer: WireAnswer): string[] {
  const body = parsed(answer) as { code?: ProblemCode; status?: number; title?: string; type?: string } | undefined;
  const row = body?.code === undefined ? undefined : PROBLEMS[body.code];
  const type = answer.headers.get('content-type');
  if (!row || type !== 'application/problem+json')
    return [`${answer.status} of type ${type} is no problem of the table`];
  const fits = row.status === answer.status && body?.status === row.status && body.title === row.title;
  return fits ? [] : [`${answer.status} does not fit the row of ${body?.code}`];
}

function parsed({ headers, body }: WireAnswer): unknown {
  if (!/[/+]json/.test(headers.get('content-type') ?? '')) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
