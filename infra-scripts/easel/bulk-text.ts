/**
 * A bulk action in words: what its plan found, and how far its application is.
 */
import type { BulkAnswer } from './admin-answers.ts';
import type { Call } from './command.ts';
import { type Fact, factLines } from './facts.ts';
import { usageFault } from './faults.ts';
import { dollars } from './job-text.ts';
import { momentText, spanText } from './time-text.ts';

export const BULK_PATH = '/v1/admin/bulk-actions';

/** Throws a usage fault. */
export function bulkPath([id = '']: readonly string[]): string {
  if (/^blk_[a-z0-9]{26}$/.test(id)) return `${BULK_PATH}/${id}`;
  throw usageFault(`"${id}" is no id of a bulk action.`, 'They begin with blk_; "easel bulk list" shows them.');
}

export function bulkLines(action: BulkAnswer, { out, now }: Pick<Call, 'out' | 'now'>): string[] {
  const { plan, progress } = action;
  const facts: Fact[] = [
    ['bulk action', action.id],
    ['does', `${action.action}, ${action.reason}`],
    [
      'where',
      Object.entries(action.filter)
        .map(([field, value]) => `${field} ${value}`)
        .join(', '),
    ],
    ['state', stateText(action)],
    ['found', `${plan.matched}${plan.complete ? '' : ' (there are more: the newest are taken)'}`],
    ['takes', String(plan.eligible)],
    ...tallyFacts('by code', plan.codes),
    ...tallyFacts('left alone', plan.skipped),
    ['costs', action.action === 'retry' ? `about ${dollars(plan.estimateUsd)}` : undefined],
    ['done', action.state === 'planned' ? undefined : `${progress.done} of ${progress.total}`],
    ...tallyFacts('skipped', progress.skipped),
    ['left', action.etaSeconds === undefined ? undefined : `about ${spanText(action.etaSeconds * 1_000)}`],
    ['good until', action.goodUntil && momentText(Date.parse(action.goodUntil), now())],
  ];
  return factLines(facts, out.paint);
}

function stateText({ state, outdated, ratePerSecond }: BulkAnswer): string {
  if (state === 'running') return `running, ${ratePerSecond} a second`;
  return outdated ? 'planned, outdated' : state;
}

function tallyFacts(name: string, tally: BulkAnswer['plan']['codes']): Fact[] {
  return tally.map(one => [name, `${one.count} × ${one.name}`]);
}
