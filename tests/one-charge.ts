/**
 * What has to be true of the documents when many jobs are over and each was drawn once: quota, ledger and spend all
 * tell of one picture a job.
 */
import * as assert from 'uvu/assert';
import { spentMicroUsd } from '../common/budget.ts';
import { jobs, quotas, runs } from '../common/collections.ts';
import type { Engine } from '../common/engine.ts';
import type { Collection, Document } from '../common/platform/store.ts';
import { dayOf } from '../common/quota.ts';
import type { TestModel } from './doubles/test-model.ts';

export interface Drawn {
  readonly engine: Engine;
  readonly model: TestModel;
  /** Each with a prompt of its own, spread evenly over the customers. */
  readonly jobs: number;
  readonly customers: number;
}

/** A prompt belongs to one job alone, so the calls by prompt are the calls by job. */
export function holdOneCallEach({ model, jobs: count }: Drawn): void {
  assert.is(model.calls.length, count);
  assert.is(new Set(model.calls.map(({ prompt }) => prompt)).size, count);
}

export async function holdOneChargeEach({ engine, jobs: count, customers }: Drawn): Promise<void> {
  const ended = await allOf(engine, jobs);
  assert.is(ended.length, count);
  assert.equal(new Set(ended.map(job => `${job.status}, ${job.charge}`)), new Set(['succeeded, captured']));

  const ledgers = await allOf(engine, runs);
  const rows = ledgers.map(({ fence, attempts }) => ({ fence, billed: attempts.map(({ billed }) => billed) }));
  assert.equal(new Set(rows.map(row => JSON.stringify(row))), new Set(['{"fence":1,"billed":["yes"]}']));

  const counted = await allOf(engine, quotas);
  const held = counted.map(quota => [quota.held, quota.releasedCalls]);
  assert.equal(held, Array(customers).fill([count / customers, 0]));

  const costs = ledgers.flatMap(({ attempts }) => attempts.map(({ costMicroUsd = 0 }) => costMicroUsd));
  assert.ok(costs.every(cost => cost > 0));
  const cost = costs.reduce((sum, one) => sum + one, 0);
  assert.is(await spentMicroUsd(engine, dayOf(engine.clock.now())), cost);
}

/** Page after page, as a store answers with a thousand at most. */
async function allOf<D extends Document>({ store }: Engine, from: Collection<D>): Promise<D[]> {
  const all: D[] = [];
  let after: string | undefined;
  do {
    const page = await store.list({ from, limit: 1_000, ...(after === undefined ? {} : { after }) });
    all.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return all;
}
