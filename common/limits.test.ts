import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkLimits, LIMITS } from './limits.ts';

const test = suite('limits');

test('the limits that Easel ships with do not contradict each other', () => {
  assert.equal(checkLimits(LIMITS), []);
});

test('a heartbeat too slow for its lease and a ladder out of order are refused with both values', () => {
  assert.equal(checkLimits({ ...LIMITS, heartbeatMs: 30_000, modelTimeoutMs: 180_000 }), [
    'modelTimeoutMs: expected less than workerBudgetMs (180000), got 180000',
    'heartbeatMs: expected at most a third of leaseMs (60000), got 30000',
  ]);
});

test.run();
