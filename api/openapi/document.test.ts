/**
 * The OpenAPI document has all that the code has, and nothing else.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import { PROBLEMS } from '../../common/errors.ts';
import { ROUTES } from '../app.ts';
import { ANSWERS } from './answers.ts';
import { openapiDocument, type Routes } from './document.ts';
import { EXAMPLES } from './examples.ts';
import { LEGACY_PROBLEMS, OBJECT_PROBLEMS, ROUTING_PROBLEMS } from './introduction.ts';
import { describeProperties, type JsonObject } from './schemas.ts';

const test = suite('openapi document');
const document = openapiDocument(ROUTES);
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ route: `${method} ${path}`, operation })),
);

test('every route is there with whom it serves, and nothing else', () => {
  const expected = ROUTES.map(([method, path, audience]) => ({
    route: `${method} ${path.replace(/:(\w+)/g, '{$1}')}`,
    security:
      audience === 'anyone'
        ? []
        : audience
            .map(schemeOf)
            .filter(isFirst)
            .map(scheme => ({ [scheme]: [] })),
  }));
  const found = operations.map(({ route, operation }) => ({ route, security: operation.security }));
  const byRoute = (a: { route: string }, b: { route: string }) => (a.route < b.route ? -1 : 1);
  assert.equal(found.sort(byRoute), expected.sort(byRoute));
});

test('a route without an operation, and an operation without a route, are refused', () => {
  const more: Routes = [...ROUTES, ['get', '/v1/moods', 'anyone']];
  assert.throws(() => openapiDocument(more), /no operation describes GET \/v1\/moods/);
  assert.throws(() => openapiDocument(ROUTES.slice(1)), /there is no route POST \/v1\/sessions/);
});

test('every code of the table of problems is there, and no other', () => {
  const codes = Object.keys(PROBLEMS).sort();
  const problem = document.components.schemas?.ProblemCode as { enum: string[] };
  assert.equal(problem.enum.toSorted(), codes);
  const refused = operations.flatMap(({ operation }) => codesOf(operation));
  const elsewhere = [...OBJECT_PROBLEMS, ...ROUTING_PROBLEMS, ...LEGACY_PROBLEMS];
  assert.equal([...new Set([...refused, ...elsewhere])].sort(), codes);
  const { description } = document.info as { description: string };
  for (const code of elsewhere) assert.match(description, `\`${code}\``);
});

test('every operation has a name of its own, and every reference leads somewhere', () => {
  const names = operations.map(({ operation }) => String(operation.operationId));
  assert.is(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^[a-z][a-zA-Z]+$/);
  const references = JSON.stringify(document).match(/(?<="\$ref":"#\/components\/)[^"]+/g) ?? [];
  assert.ok(references.length > 100);
  for (const reference of references) {
    const [kind = '', name = ''] = reference.split('/');
    assert.ok(document.components[kind]?.[name], reference);
  }
});

test('examples are answers that the schemas allow', () => {
  const schemaOf: readonly (readonly [schema: keyof typeof ANSWERS, examples: readonly (keyof typeof EXAMPLES)[]])[] = [
    ['Job', ['queued', 'running', 'canceling', 'canceled', 'succeeded', 'reused', 'detailed', 'blocked', 'erased']],
    ['JobPage', ['page']],
    ['WebhookEvent', ['webhookEvent']],
    ['Upload', ['upload']],
    ['KeptPhoto', ['keptPhoto', 'orderedPhoto']],
    ['WaitingOrderPage', ['waitingOrders']],
    ['Session', ['session', 'sessionWithFirestore', 'sessionWithoutFirestore']],
    ['StyleList', ['styles']],
    ['Quota', ['quota', 'unlimited']],
    ['PrivacyRequest', ['erasureRunning', 'erasureDone', 'handOver']],
    ['PrivacyRequestPage', ['privacyRequestPage']],
    ['Health', ['health']],
    ['Readiness', ['ready', 'notReady']],
  ];
  for (const [schema, examples] of schemaOf) {
    for (const name of examples) {
      const parsed = ANSWERS[schema].safeParse(EXAMPLES[name]);
      assert.ok(parsed.success, `${name}: ${parsed.error && z.prettifyError(parsed.error)}`);
    }
  }
  for (const { value } of Object.values(document.components.examples ?? {})) ANSWERS.Problem.parse(value);
});

test('a field without a text, and a text without its field, are refused', () => {
  const schema = { properties: { size: { type: 'string' } } };
  assert.throws(() => describeProperties(schema, {}), /"size" needs/);
  assert.throws(() => describeProperties(schema, { size: 'The size.', colour: 'The colour.' }), /"colour" needs/);
});

test('answers stay open to new members, requests are closed', () => {
  const { Job, SubmitJson, SubmitForm, UploadRequest, SessionRequest } = document.components.schemas ?? {};
  assert.is(Job?.additionalProperties, undefined);
  for (const closed of [SubmitJson, SubmitForm, UploadRequest, SessionRequest])
    assert.is(closed?.additionalProperties, false);
});

test.run();

function schemeOf(kind: string): string {
  const schemes: { readonly [kind: string]: string } = {
    session: 'session',
    'expired session': 'session',
    server: 'serverKey',
    storefront: 'storefrontKey',
    shopify: 'shopifySignature',
    'shopify webhook': 'shopifyMessage',
    admin: 'adminKey',
  };
  return schemes[kind] ?? `no scheme for ${kind}`;
}

function isFirst<T>(value: T, index: number, all: readonly T[]): boolean {
  return all.indexOf(value) === index;
}

function codesOf(operation: JsonObject): string[] {
  const responses = operation.responses as {
    [status: string]: { content?: { [type: string]: { examples?: object } } };
  };
  return Object.values(responses).flatMap(({ content }) =>
    Object.keys(content?.['application/problem+json']?.examples ?? {}),
  );
}
