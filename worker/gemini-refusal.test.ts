import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { quotaDetails } from '../tests/doubles/gemini/answers.ts';
import { RETRY_AFTER_MAX_MS, readRefusal } from './gemini-refusal.ts';

const test = suite('refusals of Gemini');
const NOW = Date.UTC(2026, 10, 23, 12);

function waitOf(retryDelay: unknown, retryAfter?: string): number | undefined {
  const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }];
  const headers = new Headers(retryAfter === undefined ? {} : { 'retry-after': retryAfter });
  return readRefusal({ status: 429, headers }, JSON.stringify({ error: { code: 429, details } }), NOW).retryAfterMs;
}

test('a delay in RetryInfo is read to the millisecond', () => {
  assert.is(waitOf('27.5s'), 27_500);
  assert.is(waitOf('37s'), 37_000);
  assert.is(waitOf('0.000000001s'), 1);
  assert.is(waitOf('0s'), 0);
});

test('a delay that cannot be is none, and a huge one is an hour', () => {
  for (const bad of ['-5s', 'NaNs', 'Infinitys', '1e9s', '5', 's', '', '5 s', '1.2.3s', null, 5, {}, []]) {
    assert.is(waitOf(bad), undefined, String(bad));
  }
  for (const huge of ['3601s', '99999999999999999999999s']) assert.is(waitOf(huge), RETRY_AFTER_MAX_MS);
});

test('Retry-After is read as seconds or as a date, and RetryInfo goes before it', () => {
  assert.is(waitOf(undefined, '7'), 7_000);
  assert.is(waitOf(undefined, new Date(NOW + 20_000).toUTCString()), 20_000);
  assert.is(waitOf(undefined, new Date(NOW - 20_000).toUTCString()), 0);
  assert.is(waitOf(undefined, '9'.repeat(30)), RETRY_AFTER_MAX_MS);
  assert.is(waitOf(undefined, 'Mon, 99 Nov 2026 12:00:00 GMT'), 0);
  for (const bad of ['-7', 'soon', '', '7.5.']) assert.is(waitOf(undefined, bad), undefined, bad);
  assert.is(waitOf('3s', '7'), 3_000);
});

test('status, words, reasons and quotas are found in the form of Google, alone or in a list', () => {
  const details = [...quotaDetails([{ id: 'PerDay', value: '0' }], '1s'), { reason: 'API_KEY_INVALID' }];
  const error = { code: 429, message: 'No more.', status: 'RESOURCE_EXHAUSTED', details };
  for (const body of [{ error }, [{ error }]]) {
    assert.equal(readRefusal({ status: 429, headers: new Headers() }, JSON.stringify(body), NOW), {
      httpStatus: 429,
      status: 'RESOURCE_EXHAUSTED',
      message: 'No more.',
      reasons: ['API_KEY_INVALID'],
      quotas: [{ id: 'PerDay', value: '0' }],
      retryAfterMs: 1_000,
    });
  }
});

test('a body of any other form says nothing, and breaks nothing', () => {
  const nothing = { httpStatus: 500, status: '', message: '', reasons: [], quotas: [] };
  const bodies = ['', '<html>', 'null', '5', '[]', '[null]', '{"error":null}', '{"error":"no"}', '{"error":[]}'];
  const odd = ['{"error":{"details":5}}', '{"error":{"details":[null,5,"x",{"violations":5}]}}'];
  for (const body of [...bodies, ...odd]) {
    assert.equal(readRefusal({ status: 500, headers: new Headers() }, body, NOW), nothing, body);
  }
});

test.run();
