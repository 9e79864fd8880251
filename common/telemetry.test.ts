import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { LogFields } from './log.ts';
import { createLog } from './telemetry.ts';

const test = suite('logs');

function lines(readable: boolean) {
  const written: string[] = [];
  return { written, log: createLog({ readable, write: text => written.push(text) }) };
}

test('a line is one JSON object with the names that Cloud Logging knows', () => {
  const { written, log } = lines(false);
  log.warn('attempt failed', { jobId: 'job_1', code: 'overloaded', ms: 12 });
  assert.is(written.length, 1);
  const { time, ...rest } = JSON.parse(written[0] ?? '');
  assert.equal(rest, { severity: 'WARNING', jobId: 'job_1', code: 'overloaded', ms: 12, message: 'attempt failed' });
  assert.match(time, /^\d{4}-\d{2}-\d{2}T.*Z$/);
});

test('what is not on the list is not written, whatever object it comes in', () => {
  const { written, log } = lines(false);
  const run = { jobId: 'job_1', prompt: 'CANARY', owner: { customer: 'CANARY' }, image: Buffer.from('CANARY') };
  log.info('attempt', run as LogFields);
  const fault = Object.assign(new Error('refused'), { config: { headers: { authorization: 'CANARY' } } });
  log.error('fault', { error: fault });
  assert.not.match(written.join(''), 'CANARY');
  assert.match(written.join(''), 'refused');
});

test('an error is told with its causes', () => {
  const { written, log } = lines(false);
  log.error('fault', { error: new Error('outer', { cause: new Error('inner') }) });
  const { error } = JSON.parse(written[0] ?? '');
  assert.equal([error.message, error.cause.message], ['outer', 'inner']);
});

test('at a terminal a line reads itself', () => {
  const { written, log } = lines(true);
  log.error('not ready', { reason: 'bucket', error: new Error('disk full') });
  assert.match(written[0] ?? '', /^\d\d:\d\d:\d\d ERROR {3}not ready reason=bucket error="disk full"\n$/);
});

test.run();
