/**
 * What the days have cost, as it was booked, is what the attempts of all runs make, in every figure of every dimension:
 * whatever died, was lost, came twice or came late. Summed up here by hand, and not by the code that books.
 */
import { costs, runs } from '../../common/collections.ts';
import type { Costs } from '../../common/documents.ts';
import type { Run } from '../../common/job.ts';
import type { Database } from './database.ts';
import type { Laws } from './laws.ts';

export function costLaw(database: Database, { broken }: Pick<Laws, 'broken'>): void {
  const ledger = new Map<string, number>();
  const booked = new Map<string, number>();
  for (const run of database.all(runs)) for (const [field, amount] of figuresOf(run)) add(ledger, field, amount);
  for (const document of database.all(costs))
    for (const [field, amount] of fieldsOf(document)) add(booked, field, amount);
  for (const field of new Set([...ledger.keys(), ...booked.keys()])) {
    const [books, attempts] = [booked.get(field) ?? 0, ledger.get(field) ?? 0];
    if (books !== attempts) broken(`${field} is booked as ${books}, and the attempts make ${attempts}`);
  }
}

function figuresOf(run: Run): [field: string, amount: number][] {
  const { style = '(prompt)', shop } = run;
  const fields = (day: string, model: string, tier: string, figure: string, amount: number) =>
    Object.entries({ style, model, shop, tier }).map(([by, key]): [string, number] => [
      `${day} ${by}:${key}:${figure}`,
      amount,
    ]);
  const rows = run.attempts.filter(({ endedAt }) => endedAt !== undefined);
  const tierOf = (row: (typeof rows)[number] | undefined) => (row?.upstreamBatch ? 'economy' : (row?.lane ?? run.lane));
  const spent = rows.flatMap(row => {
    const microUsd = row.costMicroUsd ?? row.estimateMicroUsd;
    const all = { microUsd, attempts: 1, possiblyMicroUsd: row.billed === 'possibly' ? microUsd : 0 };
    return Object.entries(all).flatMap(([figure, amount]) =>
      fields(row.spendDay, row.model, tierOf(row), figure, amount),
    );
  });
  if (run.status !== 'succeeded') return spent;
  const last = rows.at(-1);
  const day = last?.spendDay ?? new Date(run.finishedAt ?? 0).toISOString().slice(0, 10);
  return [...spent, ...fields(day, last?.model ?? run.model, tierOf(last), run.reused ? 'reused' : 'pictures', 1)];
}

function fieldsOf({ id, ...fields }: Costs): [field: string, amount: number][] {
  const day = id.slice(0, 'YYYY-MM-DD'.length);
  return Object.entries(fields).flatMap(([field, amount]): [string, number][] =>
    field.includes(':') ? [[`${day} ${field}`, Number(amount)]] : [],
  );
}

function add(sums: Map<string, number>, field: string, amount: number): void {
  sums.set(field, (sums.get(field) ?? 0) + amount);
}
