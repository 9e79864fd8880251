import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { blockError, type Discretion, faultError, finishError, refusalError } from './gemini-errors.ts';

const test = suite('errors of the Gemini model');
const KEY = 'a-key-that-nobody-may-read';
const PROMPT = `Draw this very animal in charcoal.\nKeep its breed and build, and "never" beautify it.`;
const DISCRETION: Discretion = { prompt: PROMPT, secrets: [KEY] };

/** The detail of an error whose foreign words are these. */
const told = (words: string, discretion = DISCRETION) =>
  faultError('a fault inside the SDK', discretion, { error: new Error(words) }).message;
const FAULT = 'a fault inside the SDK';

test('the words of a foreign error are told, with those of what lies behind it and its code', () => {
  const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  const error = new TypeError('fetch failed', { cause });
  const failed = faultError('the connection broke after the request was sent', DISCRETION, { error });
  assert.match(failed.message, '(TypeError fetch failed, Error ECONNRESET read ECONNRESET)');
  assert.is(failed.providerCode, 'ECONNRESET');
  const several = new TypeError('fetch failed', { cause: new AggregateError([cause, cause]) });
  assert.is(faultError(FAULT, DISCRETION, { error: several }).providerCode, 'ECONNRESET');
});

test('keys, tokens and pictures are taken out of foreign words', () => {
  assert.is(told(`Header "${KEY}" is invalid`), `${FAULT} (Error Header "…" is invalid)`);
  assert.is(told(`api_key:AIzaSy${'x'.repeat(33)} suspended`), `${FAULT} (Error api_key:… suspended)`);
  assert.is(told('token ya29.a0Ab-cd_ef expired'), `${FAULT} (Error token … expired)`);
  assert.is(told('Authorization: Bearer abc.def'), `${FAULT} (Error Authorization: …)`);
  assert.is(told(`in JSON: "${'iVBORw0KGgo/'.repeat(9)}"`), `${FAULT} (Error in JSON: "…")`);
});

test('foreign words that echo the prompt are not told at all, however it is quoted', () => {
  for (const echo of [
    PROMPT,
    JSON.stringify(PROMPT),
    `bad value "${PROMPT.slice(20, 60)}"`,
    PROMPT.toUpperCase(),
    'never beautify it: charcoal keep its breed and build',
  ]) {
    assert.is(told(echo), FAULT, echo);
  }
  assert.is(told('bad value "ink"', { ...DISCRETION, prompt: 'ink' }), FAULT, 'a prompt shorter than an echo');
  assert.is(told('charcoal is not supported'), `${FAULT} (Error charcoal is not supported)`);
});

test('what is told is short, on one line, and of plain characters', () => {
  const long = told('Zeile\n\u001b[31mrot\u0000\u202e ü 🐈 '.repeat(400));
  assert.match(long, /^[\x20-\x7e…]{1,300}$/);
  for (const reason of [PROMPT, KEY, `LONG${'REASON'.repeat(99)}`, 'TWO\nLINES', '']) {
    assert.is(finishError(reason, { usage: undefined }).providerCode, 'finishReason unnamed');
    assert.is(blockError(reason, { usage: undefined }).providerCode, 'blockReason unnamed');
  }
});

test('a refusal is told by its status, its reasons and the quota that lasts longest', () => {
  const refusal = { httpStatus: 429, status: 'RESOURCE_EXHAUSTED', message: '', reasons: ['RATE_LIMIT_EXCEEDED'] };
  const quotas = ['RequestsPerMinute', 'RequestsPerDay'].map(id => ({ id, value: '5' }));
  const error = refusalError({ ...refusal, quotas }, DISCRETION);
  assert.is(error.providerCode, '429 RESOURCE_EXHAUSTED RATE_LIMIT_EXCEEDED RequestsPerDay');
  const leaking = refusalError({ ...refusal, quotas: [{ id: KEY, value: '' }] }, DISCRETION);
  assert.not.ok(leaking.providerCode?.includes(KEY));
});

test.run();
