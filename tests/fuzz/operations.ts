/**
 * What the OpenAPI document says that can be sent: the fuzzer knows the API from nowhere else.
 */
import type { OpenapiDocument } from '../../api/openapi/document.ts';
import type { JsonObject } from '../../api/openapi/schemas.ts';

export interface FuzzOperation {
  readonly id: string;
  /** As it is sent, `GET` or the like. */
  readonly method: string;
  /** With its parameters in braces. */
  readonly template: string;
  /** Names of the security schemes, any of which lets a caller in; none for a route that is for anyone. */
  readonly schemes: readonly string[];
  readonly parameters: readonly FuzzParameter[];
  /** Schemas of the body by type, references resolved. */
  readonly bodies: readonly (readonly [type: string, schema: JsonObject])[];
}

export interface FuzzParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: JsonObject;
}

export function fuzzOperations(document: OpenapiDocument): FuzzOperation[] {
  return Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const { operationId, security = [], parameters = [], requestBody } = resolved(document, operation) as Described;
      return {
        id: operationId,
        method: method.toUpperCase(),
        template,
        schemes: security.flatMap(scheme => Object.keys(scheme)),
        parameters,
        bodies: Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) => [type, schema] as const),
      };
    }),
  );
}

interface Described {
  readonly operationId: string;
  readonly security?: readonly JsonObject[];
  readonly parameters?: readonly FuzzParameter[];
  readonly requestBody?: { readonly content: { readonly [type: string]: { readonly schema: JsonObject } } };
}

/** With what each reference leads to in its place. Requests do not contain themselves. */
function resolved(document: OpenapiDocument, value: unknown): unknown {
  if (Array.isArray(value)) return value.map(item => resolved(document, item));
  if (typeof value !== 'object' || value === null) return value;
  const { $ref } = value as { $ref?: unknown };
  if (typeof $ref === 'string') {
    const [, , kind = '', name = ''] = $ref.split('/');
    return resolved(document, document.components[kind]?.[name]);
  }
  const entries = Object.entries(value).filter(([name]) => name !== 'responses' && name !== 'examples');
  return Object.fromEntries(entries.map(([name, member]) => [name, resolved(document, member)]));
}
