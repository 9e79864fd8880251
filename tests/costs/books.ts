/**
 * The books kept a second time: sums up the attempts of all runs by hand, and holds what the costs say against them. It
 * uses nothing of `common/costs/ledger.ts`, so that a mistake there is not made twice.
 */
import * as assert from 'uvu/assert';
import { runs } from '../../common/collections.ts';
import { costReport } from '../../common/costs/cost-report.ts';
import { type Days, eachDay } from '../../common/costs/days.ts';
import { readCosts } from '../../common/costs/read-costs.ts';
import type { Engine } from '../../common/engine.ts';
import type { Attempt, Run } from '../../common/job.ts';

interface Line {
  readonly day: string;
  readonly style: string;
  readonly model: string;
  readonly shop: string;
  readonly tier: string;
  readonly microUsd: number;
  readonly possiblyMicroUsd: number;
  readonly attempts: number;
  readonly pictures: number;
  readonly reused: number;
}

const FIGURES = ['microUsd', 'possiblyMicroUsd', 'attempts', 'pictures', 'reused'] as const;
const BY = ['day', 'style', 'model', 'shop', 'tier'] as const;

/** Throws unless every figure of every day, style, model, shop and tier is what the ledgers say. */
export async function holdBooks(engine: Pick<Engine, 'store' | 'settings'>, days: Days): Promise<readonly Line[]> {
  const lines = (await allRuns(engine)).flatMap(linesOf);
  const within = lines.filter(({ day }) => day >= days.from && day <= days.to);
  const entries = await readCosts(engine, eachDay(days));
  for (const by of BY) {
    const { rows, total } = costReport(entries, days, by);
    const expected = summed(within, by);
    const said = rows.filter(row => by !== 'day' || FIGURES.some(figure => row[figure] !== 0));
    assert.equal(Object.fromEntries(said.map(({ key, ...figures }) => [key, figures])), expected, `by ${by}`);
    for (const figure of FIGURES) assert.is(total[figure], sum(within, figure), `${figure} in all`);
  }
  return within;
}

export async function allRuns({ store }: Pick<Engine, 'store'>): Promise<Run[]> {
  const all: Run[] = [];
  let after: string | undefined;
  do {
    const page = await store.list({ from: runs, limit: 500, ...(after === undefined ? {} : { after }) });
    all.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return all;
}

export function sum(lines: readonly Line[], figure: (typeof FIGURES)[number]): number {
  return lines.reduce((total, line) => total + line[figure], 0);
}

function summed(lines: readonly Line[], by: (typeof BY)[number]) {
  const groups = Map.groupBy(lines, line => line[by]);
  const figures = (group: readonly Line[]) => Object.fromEntries(FIGURES.map(figure => [figure, sum(group, figure)]));
  return Object.fromEntries([...groups].map(([key, group]) => [key, figures(group)]));
}

function linesOf(run: Run): Line[] {
  const style = run.style ?? '(prompt)';
  const rows = run.attempts
    .filter(({ endedAt }) => endedAt !== undefined)
    .map((row): Line => {
      const microUsd = row.costMicroUsd ?? row.estimateMicroUsd;
      const possiblyMicroUsd = row.billed === 'possibly' ? microUsd : 0;
      const keys = { day: row.spendDay, style, model: row.model, shop: run.shop, tier: tierOf(run, row) };
      return { ...keys, microUsd, possiblyMicroUsd, attempts: 1, pictures: 0, reused: 0 };
    });
  if (run.status !== 'succeeded') return rows;
  const last = rows.at(-1);
  const day = new Date(run.finishedAt ?? 0).toISOString().slice(0, 10);
  const keys = last ?? { day, style, model: run.model, shop: run.shop, tier: run.lane };
  const [pictures, reused] = run.reused ? [0, 1] : [1, 0];
  return [...rows, { ...keys, microUsd: 0, possiblyMicroUsd: 0, attempts: 0, pictures, reused }];
}

function tierOf(run: Run, { upstreamBatch, lane = run.lane }: Attempt): string {
  return upstreamBatch === undefined ? lane : 'economy';
}
