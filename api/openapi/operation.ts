/**
 * One operation as it is written down, and what becomes of it in the document. Only what a route adds is written: who
 * may call stands in the route table, what a problem says in `common/errors.ts`, what a field is in the schemas.
 */
import { PROBLEMS, type ProblemCode } from '../../common/errors.ts';
import type { CallerKind } from '../auth/caller.ts';
import type { AnswerName } from './answers.ts';
import { EXAMPLES, type ExampleName } from './examples.ts';
import type { HeaderName, ParameterName } from './headers.ts';
import { type JsonObject, schemaRef } from './schemas.ts';

export type Audience = 'anyone' | readonly CallerKind[];

export interface AnswerText {
  readonly description: string;
  readonly headers?: readonly HeaderName[];
  readonly schema?: AnswerName;
  readonly examples?: readonly ExampleName[];
  /** For an answer that is none of our schemas: its Content-Type and schema. */
  readonly content?: JsonObject;
}

export interface Operation {
  readonly operationId: string;
  readonly tag: 'Jobs' | 'Batches' | 'Shop' | 'Privacy' | 'Operators' | 'Service';
  readonly summary: string;
  readonly description: string;
  readonly parameters?: readonly ParameterName[];
  readonly body?: { readonly description?: string; readonly required: boolean; readonly content: JsonObject };
  readonly answers: { readonly [status: number]: AnswerText };
  /** What this route can refuse beyond `EVERYWHERE`, and `GUARDED` where a key is asked for. */
  readonly problems?: readonly ProblemCode[];
  readonly problemHeaders?: { readonly [status: number]: readonly HeaderName[] };
}

const EVERYWHERE: readonly ProblemCode[] = ['internal'];
const GUARDED: readonly ProblemCode[] = ['unauthorized', 'forbidden', 'origin_not_allowed', 'unavailable'];
const PROBLEM_HEADERS: { readonly [status: number]: readonly HeaderName[] } = {
  401: ['WWW-Authenticate'],
  503: ['Retry-After'],
};

/** Security schemes by the kind of caller that the route table names. */
const SCHEMES: { readonly [kind in CallerKind]: string } = {
  session: 'session',
  'expired session': 'session',
  server: 'serverKey',
  storefront: 'storefrontKey',
  shopify: 'shopifySignature',
  'shopify webhook': 'shopifyMessage',
  admin: 'adminKey',
};

const NAMES: { readonly [kind in CallerKind]: string } = {
  session: 'a session token',
  'expired session': 'one that expired within the last six days',
  server: 'the server key',
  storefront: 'the storefront key',
  shopify: 'a call that Shopify has signed',
  'shopify webhook': 'a message that Shopify has signed',
  admin: 'the admin key',
};

export function describeOperation(operation: Operation, audience: Audience, query: readonly JsonObject[]): JsonObject {
  const { operationId, tag, summary, description, parameters = [], body } = operation;
  const shared = parameters.map(name => ({ $ref: `#/components/parameters/${name}` }));
  return {
    operationId,
    tags: [tag],
    summary,
    description: `${description}\n\n${whoMayCall(audience)}`,
    security: audience === 'anyone' ? [] : schemesOf(audience).map(scheme => ({ [scheme]: [] })),
    ...(shared.length + query.length > 0 ? { parameters: [...shared, ...query] } : {}),
    ...(body ? { requestBody: body } : {}),
    responses: { ...answersOf(operation), ...problemsOf(operation, audience) },
  };
}

function whoMayCall(audience: Audience): string {
  if (audience === 'anyone') return '**For anyone**, without a key.';
  return `**For** ${audience.map(kind => NAMES[kind]).join(' or ')}.`;
}

/** The security schemes of those whom a route serves, each once. */
export function schemesOf(audience: readonly CallerKind[]): readonly string[] {
  return [...new Set(audience.map(kind => SCHEMES[kind]))];
}

/** Everything that the operation can refuse a request with. */
export function problemCodes({ problems = [] }: Operation, audience: Audience): readonly ProblemCode[] {
  return [...(audience === 'anyone' ? [] : GUARDED), ...problems, ...EVERYWHERE];
}

function answersOf({ answers }: Operation): JsonObject {
  const entries = Object.entries(answers).map(([status, { description, headers = [], schema, examples, content }]) => [
    status,
    {
      description,
      headers: headersOf(headers),
      ...(schema
        ? { content: { 'application/json': { schema: { $ref: schemaRef(schema) }, ...shown(examples) } } }
        : {}),
      ...(content ? { content } : {}),
    },
  ]);
  return Object.fromEntries(entries);
}

function problemsOf(operation: Operation, audience: Audience): JsonObject {
  const byStatus = Map.groupBy(problemCodes(operation, audience), code => PROBLEMS[code].status);
  const entries = [...byStatus].map(([status, codes]) => [
    status,
    {
      description: codes.map(code => `\`${code}\`: ${PROBLEMS[code].title}`).join('\n\n'),
      headers: headersOf([...(PROBLEM_HEADERS[status] ?? []), ...(operation.problemHeaders?.[status] ?? [])]),
      content: {
        'application/problem+json': {
          schema: { $ref: schemaRef('Problem') },
          examples: Object.fromEntries(codes.map(code => [code, { $ref: `#/components/examples/${code}` }])),
        },
      },
    },
  ]);
  return Object.fromEntries(entries);
}

function headersOf(names: readonly HeaderName[]): JsonObject {
  const all = [...new Set<HeaderName>(['Request-Id', ...names])];
  return Object.fromEntries(all.map(name => [name, { $ref: `#/components/headers/${name}` }]));
}

/** The named examples of a body. */
export function shown(names: readonly ExampleName[] | undefined): JsonObject {
  if (names === undefined) return {};
  return { examples: Object.fromEntries(names.map(name => [name, { value: EXAMPLES[name] }])) };
}
