import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { systemRandom } from './clock.ts';
import { traceIn, traceparent } from './trace.ts';

const test = suite('trace context');
const ID = '4bf92f3577b34da6a3ce929d0e0e4736';

test('the id of a trace is read, also from versions to come', () => {
  assert.is(traceIn(`00-${ID}-00f067aa0ba902b7-01`), ID);
  assert.is(traceIn(`01-${ID}-00f067aa0ba902b7-00-more`), ID);
});

test('what is no trace context is none, and nothing else of a header gets through', () => {
  const wrong = [
    '',
    ID,
    `ff-${ID}-00f067aa0ba902b7-01`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${ID}-${'0'.repeat(16)}-01`,
    `00-${ID.toUpperCase()}-00f067aa0ba902b7-01`,
    `00-${ID}secret-00f067aa0ba902b7-01`,
  ];
  for (const header of wrong) assert.is(traceIn(header), undefined, header);
});

test('each request of a trace is a span of its own', () => {
  const [one, other] = [traceparent(ID, systemRandom), traceparent(ID, systemRandom)];
  assert.is(traceIn(one), ID);
  assert.is.not(one, other);
});

test.run();
