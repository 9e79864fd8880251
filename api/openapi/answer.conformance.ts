/**
 * Holds an answer of a running service against the OpenAPI document: status, headers and body have to be there as
 * documented, and nothing beyond. Any test that speaks to the API can use it.
 */
import { z } from 'zod';
import type { OpenapiDocument } from './document.ts';
import { OBJECT_PROBLEMS, ROUTING_PROBLEMS } from './introduction.ts';
import type { JsonObject } from './schemas.ts';

export interface ObservedAnswer {
  readonly method: string;
  /** With or without a query. */
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when it is JSON. */
  readonly body: unknown;
}

interface ResponseObject extends JsonObject {
  readonly headers?: { readonly [name: string]: JsonObject };
  readonly content?: { readonly [type: string]: { readonly schema: JsonObject; readonly examples?: JsonObject } };
}

/** Headers of HTTP itself and of its caching and security, which the document leaves out. */
const PLAIN_HEADERS =
  /^(date|connection|keep-alive|transfer-encoding|vary|cache-control|content-.+|x-content-type-options|referrer-policy|strict-transport-security|cross-origin-.+|access-control-.+)$/;

const PROBLEM: JsonObject = { $ref: '#/components/schemas/Problem' };

/** Every way in which the answer differs from the document, as a sentence each. */
export function differences(document: OpenapiDocument, answer: ObservedAnswer): string[] {
  const { method, status } = answer;
  const path = answer.path.split('?')[0] ?? '';
  const operation = operationAt(document, method, path);
  const what = `${method} ${path} → ${status}`;
  if (!operation) return unroutedDifferences(document, answer).map(text => `${what}: ${text}`);
  const response = (operation.responses as { [status: string]: ResponseObject })[status];
  if (!response) return [`${what}: this status is not documented`];
  const found = [...headerDifferences(document, response, answer), ...bodyDifferences(document, response, answer)];
  return found.map(text => `${what}: ${text}`);
}

/** The operation that answers a path, fixed paths before those with parameters; as in the router, the method decides, too. */
export function operationAt({ paths }: OpenapiDocument, method: string, path: string): JsonObject | undefined {
  const fits = (template: string) => new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}/?$`).test(path);
  const operations = Object.keys(paths)
    .filter(fits)
    .toSorted((one, other) => Number(one.includes('{')) - Number(other.includes('{')))
    .map(template => paths[template]?.[method.toLowerCase()]);
  return operations.find(operation => operation !== undefined);
}

/** What no operation answers may only be a refusal of the router, or of a signed address. */
function unroutedDifferences(document: OpenapiDocument, { path, body }: ObservedAnswer): string[] {
  const { code } = (body ?? {}) as { code?: string };
  const allowed: readonly string[] = path.startsWith('/objects/')
    ? [...OBJECT_PROBLEMS, ...ROUTING_PROBLEMS]
    : ROUTING_PROBLEMS;
  if (code === undefined || !allowed.includes(code))
    return [`no operation answers, and ${code} is no refusal of a router`];
  return schemaDifferences(document, PROBLEM, body);
}

function headerDifferences(document: OpenapiDocument, response: ResponseObject, { headers }: ObservedAnswer): string[] {
  const documented = new Map(Object.entries(response.headers ?? {}).map(([name, ref]) => [name.toLowerCase(), ref]));
  const seen = [...headers].filter(([name]) => documented.has(name) || !PLAIN_HEADERS.test(name));
  const missing = headers.has('request-id') ? [] : ['there is no Request-Id'];
  const wrong = seen.flatMap(([name, value]) => {
    const ref = documented.get(name);
    if (!ref) return [`the header ${name} is not documented`];
    const { schema } = resolve(document, ref) as { schema: JsonObject };
    return schemaDifferences(document, schema, schema.type === 'integer' ? Number(value) : value);
  });
  return [...missing, ...wrong];
}

function bodyDifferences(document: OpenapiDocument, { content }: ResponseObject, answer: ObservedAnswer): string[] {
  if (!content) return [];
  const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
  const media = content[type];
  if (!media) return [`the type "${type}" is not documented`];
  const found = /[/+]json$/.test(type) ? schemaDifferences(document, media.schema, answer.body) : [];
  const { code } = (answer.body ?? {}) as { code?: string };
  const known = type !== 'application/problem+json' || (code !== undefined && code in (media.examples ?? {}));
  return known ? found : [...found, `the code ${code} is not documented`];
}

/** Strict where the document is open: a member that it does not name is a difference. */
function schemaDifferences(document: OpenapiDocument, schema: JsonObject, value: unknown): string[] {
  const parsed = checkOf(document, schema).safeParse(value);
  return parsed.success ? [] : [z.prettifyError(parsed.error).replaceAll('\n', ' ')];
}

/** Of each document, by its schemas: building one takes milliseconds, and a test that waits asks twenty times a second. */
const checks = new WeakMap<OpenapiDocument, Map<JsonObject, z.ZodType>>();

function checkOf(document: OpenapiDocument, schema: JsonObject): z.ZodType {
  const known = checks.get(document) ?? new Map<JsonObject, z.ZodType>();
  checks.set(document, known);
  const check = known.get(schema) ?? build(document, schema);
  known.set(schema, check);
  return check;
}

function build({ components }: OpenapiDocument, schema: JsonObject): z.ZodType {
  const whole = closed({ ...schema, $defs: components.schemas }) as Parameters<typeof z.fromJSONSchema>[0];
  return z.fromJSONSchema(whole);
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([name, value]) => {
    if (name !== '$ref') return [name, closed(value)] as const;
    return [name, String(value).replace('#/components/schemas/', '#/$defs/')] as const;
  });
  const isObject = 'properties' in schema && !('additionalProperties' in schema);
  return Object.fromEntries(isObject ? [...entries, ['additionalProperties', false] as const] : entries);
}

function resolve(document: OpenapiDocument, { $ref }: JsonObject): JsonObject {
  const [, , kind = '', name = ''] = String($ref).split('/');
  const found = document.components[kind]?.[name];
  if (!found) throw new Error(`OpenAPI: ${$ref} leads nowhere`);
  return found;
}
