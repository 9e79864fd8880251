/**
 * The OpenAPI 3.1 document, made from what the code runs on: the route table, the schemas that validate, the table of
 * problems. Only texts and examples are written for it.
 */
import { PROBLEMS, type ProblemCode } from '../../common/errors.ts';
import { ANSWERS } from './answers.ts';
import { HEADERS, PARAMETERS } from './headers.ts';
import { introduction } from './introduction.ts';
import { type Audience, describeOperation, problemCodes } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { queryParameters } from './query-parameters.ts';
import { requestComponents } from './requests.ts';
import { answerComponents, type JsonObject } from './schemas.ts';
import { WEBHOOKS } from './webhooks.ts';

export type Routes = readonly (readonly [method: string, path: string, audience: Audience, ...rest: unknown[]])[];

export interface OpenapiDocument extends JsonObject {
  readonly paths: { readonly [path: string]: { readonly [method: string]: JsonObject } };
  readonly components: { readonly [kind: string]: { readonly [name: string]: JsonObject } };
}

/** Members of a problem beyond those that each one has. */
const FURTHER: { readonly [code in ProblemCode]?: JsonObject } = {
  fields_invalid: { errors: [{ pointer: '/options/sizes', detail: 'there is no such field' }] },
  batch_invalid: {
    errors: [{ pointer: '/items/3/style', detail: 'There is no style "x". GET /v1/styles lists them.' }],
  },
  image_too_small: { detail: 'The photo is 200 × 300 pixels; each side needs at least 256.' },
  option_unsupported: { detail: 'size: expected one of 512, 1K, got 4K' },
  quota_exceeded: { resetAt: '2026-11-24T00:00:00.000Z', pool: 'named' },
  budget_exhausted: { resetAt: '2026-11-24T00:00:00.000Z' },
};

/**
 * `publicUrl` is where clients reach the API; without it they take the host that the document came from. Throws when a
 * route has no operation, or an operation no route.
 */
export function openapiDocument(routes: Routes, { publicUrl }: { publicUrl?: string } = {}): OpenapiDocument {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Easel',
      version: '1',
      description: introduction(publicUrl),
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: publicUrl ?? '/' }],
    tags: [
      { name: 'Jobs', description: 'Submit a photo, wait, show the picture.' },
      { name: 'Batches', description: 'Several styles of one photo at once, or thousands of photos.' },
      { name: 'Shop', description: 'Sessions for pages, styles to choose from, pictures left.' },
      { name: 'Privacy', description: 'Erase what is held of a customer, or hand it out.' },
      { name: 'Operators', description: 'Keys, shops, money, intake and queues, and who changed them.' },
      { name: 'Service', description: 'For probes and tools.' },
    ],
    paths: pathsOf(routes),
    webhooks: WEBHOOKS,
    components: {
      securitySchemes: SECURITY_SCHEMES,
      schemas: { ...answerComponents(ANSWERS), ...requestComponents() },
      parameters: PARAMETERS,
      headers: HEADERS,
      examples: problemExamples(routes),
    },
  };
}

function pathsOf(routes: Routes): OpenapiDocument['paths'] {
  const query = queryParameters();
  const paths: { [path: string]: { [method: string]: JsonObject } } = {};
  for (const { method, path, audience, operation } of described(routes)) {
    const name = path.replace(/:(\w+)/g, '{$1}');
    const entry = describeOperation(operation, audience, query[operation.operationId] ?? []);
    paths[name] = { ...paths[name], [method]: entry };
  }
  return paths;
}

/** One example for each code that an operation refuses with; the operations refer to them by code. */
function problemExamples(routes: Routes): { [code: string]: JsonObject } {
  const used = described(routes).flatMap(({ operation, audience }) => problemCodes(operation, audience));
  const entries = [...new Set(used)].map(code => {
    const { title, status } = PROBLEMS[code];
    return [code, { value: { type: 'about:blank', title, status, code, ...FURTHER[code] } }];
  });
  return Object.fromEntries(entries);
}

/** The routes with their operations, in the order of the latter. */
function described(routes: Routes) {
  const byName = new Map(routes.map(([method, path, audience]) => [nameOf(method, path), { method, path, audience }]));
  const missing = [...byName.keys()].filter(name => !OPERATIONS[name]);
  if (missing.length > 0) throw new Error(`OpenAPI: no operation describes ${missing.join(', ')}`);
  return Object.entries(OPERATIONS).map(([name, operation]) => {
    const route = byName.get(name);
    if (!route) throw new Error(`OpenAPI: there is no route ${name}`);
    return { ...route, operation };
  });
}

function nameOf(method: string, path: string): string {
  return `${method.toUpperCase()} ${path}`;
}

const bearer = { type: 'http', scheme: 'bearer' };

const SECURITY_SCHEMES = {
  session: { ...bearer, bearerFormat: 'JWT', description: "A token of `POST /v1/sessions`: one shopper's browser." },
  serverKey: { ...bearer, description: "`sk_…`: the shop's own server." },
  storefrontKey: { ...bearer, description: '`pk_…`: a page. Opens sessions and nothing else.' },
  shopifySignature: {
    type: 'apiKey',
    in: 'query',
    name: 'signature',
    description: "Shopify's App Proxy adds it, with the other parameters of the query that it covers.",
  },
  shopifyMessage: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Shopify-Hmac-Sha256',
    description: "Base64 of the HMAC-SHA256 of the body under the secret of the shop's Shopify app.",
  },
  adminKey: { ...bearer, description: '`ak_…`: operators.' },
};
