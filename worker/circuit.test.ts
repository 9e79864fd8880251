import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OUTCOMES, type OutcomeCode } from '../common/outcomes.ts';
import { type Answer, afterAnswer, type Circuit, CLOSED } from './circuit.ts';

const test = suite('the circuit of a model');
const MINUTE = 60_000;

const answer = (outcome: Answer['outcome'], more: Partial<Answer> = {}): Answer => ({
  outcome,
  calledAt: 1_000,
  probe: false,
  ...more,
});

function after(circuit: Circuit, outcomes: readonly Answer['outcome'][], nowMs = 1_000): Circuit {
  return outcomes.reduce((before, outcome) => afterAnswer(before, answer(outcome), nowMs), circuit);
}

test('five failures of health in a row open it for two seconds, four do not, and a drawing starts anew', () => {
  for (const failure of ['overloaded', 'timeout', 'connection_lost'] as const) {
    assert.is(after(CLOSED, Array(4).fill(failure)).opens, 0, failure);
    const open = after(CLOSED, Array(5).fill(failure));
    assert.equal([open.opens, open.openUntil, open.because], [1, 3_000, failure]);
    assert.is(after(CLOSED, [...Array(4).fill(failure), 'drawn', ...Array(4).fill(failure)]).opens, 0);
  }
});

test('what says nothing of its health leaves it as it is', () => {
  const codes = Object.keys(OUTCOMES) as OutcomeCode[];
  const silent = codes.filter(code => OUTCOMES[code].health === 'nothing');
  const almost = after(CLOSED, Array(4).fill('overloaded'));
  for (const code of silent) assert.equal(after(almost, [code]), almost, code);
  assert.ok(silent.includes('bad_key') && silent.includes('unknown'));
});

test('an answer without a picture is an answer: blocked content never opens it', () => {
  for (const code of ['content_blocked', 'no_image', 'invalid_input', 'unreadable_image'] as const) {
    assert.equal(after(CLOSED, Array(50).fill(code)), CLOSED, code);
  }
});

test('a spent quota and a retired model open it at once, for ten minutes up to an hour', () => {
  for (const code of ['quota_exhausted', 'model_retired'] as const) {
    let circuit = after(CLOSED, [code], 5_000);
    const waits = [circuit.openUntil - 5_000];
    for (let probe = 0; probe < 4; probe++) {
      const now = circuit.openUntil;
      circuit = afterAnswer(circuit, answer(code, { probe: true, calledAt: now }), now);
      waits.push(circuit.openUntil - now);
    }
    assert.equal(
      waits,
      [10, 20, 40, 60, 60].map(minutes => minutes * MINUTE),
    );
  }
  const asked = afterAnswer(CLOSED, answer('quota_exhausted', { retryAfterMs: 3 * 60 * MINUTE }), 0);
  assert.is(asked.openUntil, 3 * 60 * MINUTE, 'the provider said when');
});

test('each failing probe doubles the wait, up to a minute; a probe that is answered closes it', () => {
  let circuit = after(CLOSED, Array(5).fill('overloaded'));
  const waits: number[] = [];
  for (let probe = 0; probe < 7; probe++) {
    const now = circuit.openUntil;
    circuit = afterAnswer(circuit, answer('overloaded', { probe: true, calledAt: now }), now);
    waits.push((circuit.openUntil - now) / 1_000);
  }
  assert.equal(waits, [4, 8, 16, 32, 60, 60, 60]);
  for (const good of ['drawn', 'content_blocked'] as const) {
    assert.is(afterAnswer(circuit, answer(good, { probe: true }), circuit.openUntil).opens, 0, good);
  }
});

test('calls that were under way when it opened neither close it nor open it wider', () => {
  const open = after(CLOSED, Array(5).fill('overloaded'), 9_000);
  assert.equal(afterAnswer(open, answer('overloaded', { calledAt: 8_000 }), 9_500), open);
  assert.equal(afterAnswer(open, answer('drawn', { calledAt: 8_000 }), 9_500), open);
});

test('"too many" holds calls back until the time the provider named, and counts as no failure', () => {
  const held = afterAnswer(CLOSED, answer('rate_limited', { retryAfterMs: 37_000 }), 10_000);
  assert.equal([held.opens, held.failures, held.heldUntil], [0, 0, 47_000]);
  const shorter = afterAnswer(held, answer('rate_limited', { retryAfterMs: 1_000 }), 10_000);
  assert.is(shorter.heldUntil, 47_000, 'a shorter wait does not undo a longer one');
  assert.ok(afterAnswer(CLOSED, answer('rate_limited'), 10_000).heldUntil > 10_000, 'without a time, a moment');
});

test.run();
