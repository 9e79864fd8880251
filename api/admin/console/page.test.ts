/**
 * The parts of the console that need no browser: its choices, its words, its addresses.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AUDIT_ACTIONS } from '../../../common/audit.ts';
import { BULK_VERBS } from '../../../common/bulk/bulk-action.ts';
import * as documents from '../../../common/documents.ts';
import { JOB_STATUSES } from '../../../common/job.ts';
import { OUTCOMES } from '../../../common/outcomes.ts';
import { ACTIONS, CODES, DELIVERY_STATES, STATUSES } from './page/choices.ts';
import { filterOf, searchOf } from './page/job-filters.ts';
import { VERBS } from './page/verbs.ts';
import { ago, bytes, percent, plural, seconds, shortId, span, usd } from './page/words.ts';

const test = suite('console page');
const NOW = Date.UTC(2026, 10, 23, 3, 0, 30);

test('what can be chosen is what the service knows, all of it', () => {
  assert.equal(STATUSES.toSorted(), [...JOB_STATUSES].sort());
  assert.equal(CODES.toSorted(), Object.keys(OUTCOMES).sort());
  assert.equal(DELIVERY_STATES.toSorted(), [...documents.DELIVERY_STATES].sort());
  assert.equal(ACTIONS.toSorted(), [...AUDIT_ACTIONS].sort());
  assert.equal(Object.keys(VERBS).sort(), [...BULK_VERBS].sort());
});

test('filters of the address become a question: a time from now on to the minute, and a text alone', () => {
  const query = { status: 'failed', code: 'overloaded', since: '1h', shop: '', unknown: 'x' };
  assert.equal(filterOf(query, NOW), {
    createdAfter: '2026-11-23T02:00:00.000Z',
    status: 'failed',
    code: 'overloaded',
  });
  assert.is(searchOf({ customerId: 'a&b=c' }, NOW), '&customerId=a%26b%3Dc');
  assert.is(searchOf({ q: 'order 1001', status: 'failed', since: '1h' }, NOW), '&q=order%201001');
  assert.is(searchOf({}, NOW), '');
  const absolute = '2026-11-01T00:00:00.000Z';
  assert.equal(filterOf({ since: '7d', createdAfter: absolute }, NOW), { createdAfter: absolute });
});

test('figures are said in the shortest words that leave no doubt', () => {
  assert.equal([ago(NOW - 90_000, NOW), ago(NOW + 7_200_000, NOW), ago(NOW, NOW)], ['1 min 30 s ago', 'in 2 h', 'now']);
  assert.equal([span(59), span(600), span(3_900), span(90_000)], ['59 s', '10 min', '1 h 5 min', '1 d 1 h']);
  assert.equal([seconds(undefined), seconds(420), seconds(61_000)], ['–', '0.4 s', '1 min 1 s']);
  assert.equal([usd(0), usd(0.0336), usd(12)], ['$0.00', '$0.0336', '$12.00']);
  assert.equal(
    [percent(1, 0), percent(1, 3), plural(1, 'job'), plural(1_200, 'job')],
    ['–', '33 %', '1 job', '1,200 jobs'],
  );
  assert.equal([bytes(1_500), bytes(3_000_000)], ['2 KiB', '2.9 MiB']);
  assert.is(shortId('job_01m844r4n3nsda2vg05cp8kbmz'), 'job_01m8…8kbmz');
});

test.run();
