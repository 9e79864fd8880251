/**
 * The check of answers against the document finds what it is there to find.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ROUTES } from '../app.ts';
import { differences, type ObservedAnswer } from './answer.conformance.ts';
import { openapiDocument } from './document.ts';
import { EXAMPLES } from './examples.ts';

const test = suite('answers against the document');
const document = openapiDocument(ROUTES);
const { succeeded } = EXAMPLES;
const GOOD: ObservedAnswer = {
  method: 'GET',
  path: `/v1/jobs/${succeeded.id}?after=1`,
  status: 200,
  headers: new Headers({ 'Content-Type': 'application/json; charset=utf-8', 'Request-Id': 'a', ETag: 'W/"3-0"' }),
  body: succeeded,
};
const REFUSED: Partial<ObservedAnswer> = {
  status: 404,
  headers: new Headers({ 'Content-Type': 'application/problem+json', 'Request-Id': 'a' }),
  body: { type: 'about:blank', title: 'There is nothing.', status: 404, code: 'not_found' },
};

const CASES: readonly (readonly [what: string, answer: Partial<ObservedAnswer>, difference: RegExp])[] = [
  ['an undocumented status', { status: 201 }, /this status is not documented/],
  ['a member too many', { body: { ...succeeded, mood: 'good' } }, /"mood"/],
  ['a member too many in a part', { body: { ...succeeded, output: { ...succeeded.output, frame: 1 } } }, /"frame"/],
  ['a member too few', { body: { ...succeeded, status: undefined } }, /at status/],
  ['a value of another kind', { body: { ...succeeded, createdAt: 'yesterday' } }, /at createdAt/],
  ['another type of body', { headers: withHeader('Content-Type', 'text/plain') }, /"text\/plain" is not documented/],
  ['a header too many', { headers: withHeader('Mood', 'good') }, /header mood is not documented/],
  ['a header of another kind', { headers: withHeader('Retry-After', 'soon') }, /NaN/],
  ['no Request-Id', { headers: new Headers({ 'Content-Type': 'application/json' }) }, /no Request-Id/],
  ['a code of another route', { ...REFUSED, body: { ...(REFUSED.body as object), code: 'style_unknown' } }, /style_un/],
  ['an answer where there is no route', { path: '/v2/jobs' }, /no operation answers/],
];

test('an answer as documented has no differences', () => {
  assert.equal(differences(document, GOOD), []);
  assert.equal(differences(document, { ...GOOD, ...REFUSED }), []);
});

for (const [what, answer, difference] of CASES) {
  test(`${what} is found`, () => assert.match(differences(document, { ...GOOD, ...answer }).join(), difference));
}

test.run();

function withHeader(name: string, value: string): Headers {
  const headers = new Headers(GOOD.headers);
  headers.set(name, value);
  return headers;
}
