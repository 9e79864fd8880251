import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { silentLog } from '../common/log.ts';
import { testClock } from '../tests/test-clock.ts';
import { createModelHealth, type ModelHealth } from './model-health.ts';

const test = suite('the health of models');
const BOTH = [{ id: 'first' }, { id: 'second' }];

function world() {
  const clock = testClock();
  return { clock, health: createModelHealth({ clock, log: silentLog }) };
}

function fail(health: ModelHealth, models = BOTH, times = 5) {
  for (let call = 0; call < times; call++) {
    const visit = health.visit();
    visit.choose(models);
    visit.answered('overloaded');
    visit.end();
  }
}

test('the model that the job names draws, its fallback while the circuit is open, and none when both are', async () => {
  const { clock, health } = world();
  assert.equal(health.visit().choose(BOTH), { model: 'first' });
  fail(health);
  assert.equal(health.visit().choose(BOTH), { model: 'second' });
  assert.equal([...health.circuits()], [['first', 'open']]);
  fail(health);
  assert.equal(health.visit().choose(BOTH), { until: clock.now() + 2_000, why: 'circuit open' });
});

test('half open, one visit probes and the others wait; a probe that was not used is free again', async () => {
  const { clock, health } = world();
  fail(health, [{ id: 'first' }]);
  await clock.advance(2_000);
  assert.equal([...health.circuits()], [['first', 'half open']]);
  const probe = health.visit();
  assert.equal(probe.choose([{ id: 'first' }]), { model: 'first' });
  assert.equal(probe.choose([{ id: 'first' }]), { model: 'first' }, 'a transaction that runs twice asks twice');
  const other = health.visit();
  assert.equal(other.choose([{ id: 'first' }]), { until: clock.now() + 2_000, why: 'circuit open' });
  other.end();
  assert.ok('until' in health.visit().choose([{ id: 'first' }]), 'the end of one that waits frees nothing');
  probe.end();
  const next = health.visit();
  assert.equal(next.choose([{ id: 'first' }]), { model: 'first' });
  next.answered('drawn');
  next.end();
  assert.equal([...health.circuits()], [['first', 'closed']]);
  assert.equal(health.visit().choose([{ id: 'first' }]), { model: 'first' });
});

test('a provider that says "too many" is not asked before its time, nor is the fallback', async () => {
  const { clock, health } = world();
  const visit = health.visit();
  visit.choose(BOTH);
  visit.answered('rate_limited', 37_000);
  visit.end();
  assert.equal(health.visit().choose(BOTH), { until: clock.now() + 37_000, why: 'busy' });
  await clock.advance(36_999);
  assert.ok('until' in health.visit().choose(BOTH));
  await clock.advance(1);
  assert.equal(health.visit().choose(BOTH), { model: 'first' });
});

test.run();
