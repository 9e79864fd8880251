/**
 * The tables of `docs/cost.md`: what was counted, and what it comes to at list prices for a job as most are, and for a
 * month without any. Times and sizes that nobody measured are assumptions, named here and on the page.
 */
import { CATALOGUE, DEFAULT_MODEL, estimateMicroUsd } from '../../common/models.ts';
import { LIST_PRICES, type ListPrice, type Priced, READ_ON } from '../list-prices.ts';
import { NOTHING, type Operations, plus } from './meter.ts';
import type { Action } from './metered-actions.ts';

export type Metered = Readonly<Record<Action, Operations>>;

/** What a row of the first table is called. */
const NAMES: Readonly<Record<Action, string>> = {
  session: 'a session is opened, by a key that is not remembered',
  styles: 'the styles are listed',
  quota: 'the quota is shown',
  submit: '**submit**: a form with a photo',
  submitSoon: 'a submit within a second of another',
  repeated: 'the same submit again, same `Idempotency-Key`',
  reused: 'a submit whose picture exists: reused',
  run: '**run**: delivered, claimed, drawn, stored, finished',
  again: 'its task is delivered again',
  heartbeat: 'a heartbeat, every 15 s of drawing',
  poll: '**poll** of a job that is not done',
  pollByServer: 'the same with a server key, which sees the attempts',
  unchanged: 'poll of a done job by its ETag: 304',
  pollDone: 'poll of a done job: two URLs are signed',
  waitUnchanged: '`Prefer: wait`, nothing changes',
  wait: '`Prefer: wait` from the submit to the end',
  download: 'preview and picture are fetched',
  cancel: 'a waiting job is canceled',
  erase: 'a done job is erased, its upkeep task included',
  nothingDue: 'the sweep of a minute, nothing due',
  lookForSweep: 'a worker looks whether somebody sweeps, every 30 s',
  ready: '`/ready`, at most every 2 s',
  metrics: '`/metrics`',
  costs: 'the costs of a month of 31 days, however many jobs it had',
};

/** A shopper's visit with one picture: how often each thing is done. */
const TYPICAL: Readonly<Partial<Record<Action, number>>> = {
  session: 1,
  styles: 1,
  quota: 1,
  submit: 1,
  run: 1,
  // One a second, as `pollAfterMs` asks for; a call of the default model takes some 5.5 s.
  poll: 5,
  pollDone: 1,
  download: 1,
};

/** Firestore deletes run, job and two quota documents by itself in the end, which no emulator shows. */
const TTL_DELETES = 4;
const MB = { photo: 2, picture: 1.5, preview: 0.06 };
/** By itself on its instance, as in a shop with few jobs: with many at once they share it. */
const API = { seconds: 3, gib: 0.5 };
const WORKER = { seconds: 7, gib: 1 };
const MINUTES = 30 * 24 * 60;
const SWEEP = { seconds: 0.3, gib: 1 };

type Amounts = Readonly<Partial<Record<Priced, number>>>;

export function operationsTable(metered: Metered): string[] {
  const head = ['what', 'Firestore reads', 'writes', 'deletes', 'Cloud Tasks', 'Storage A', 'Storage B', 'model calls'];
  const columns = Object.keys(NOTHING) as (keyof Operations)[];
  const rows = (Object.keys(NAMES) as Action[]).map(action => [NAMES[action], ...cells(metered[action], columns)]);
  return [...headOf(head), ...rows.map(rowOf)];
}

export function jobsTable(metered: Metered, jobs: number): string[] {
  const each = Object.entries(TYPICAL).reduce(
    (sum, [action, times]) => plus(sum, metered[action as Action], times),
    NOTHING,
  );
  // The pictures are fetched from Cloud Storage itself.
  const { download: _, ...asked } = TYPICAL;
  const requests = Object.values(asked).reduce((sum, times) => sum + times, 0);
  const amounts = amountsOf(each, {
    firestoreDeletes: each.deletes + TTL_DELETES,
    storageKept: (MB.photo + MB.picture + MB.preview) / 1_000,
    dataOut: (MB.picture + MB.preview) / 1_000,
    runCpu: API.seconds + WORKER.seconds,
    runMemory: API.seconds * API.gib + WORKER.seconds * WORKER.gib,
    runRequests: requests,
  });
  const model = CATALOGUE.get(DEFAULT_MODEL);
  if (!model) throw new Error(`the catalogue has no ${DEFAULT_MODEL}`);
  const calls = each.modelCalls * jobs;
  const modelUsd = (calls * estimateMicroUsd(model, '1K')) / 1_000_000;
  const { rows, usd } = priced(amounts, jobs);
  return [
    ...headOf(['what', 'number', 'list price', 'dollars']),
    ...rows,
    rowOf(['all but the model', '', '', dollars(usd)]),
    rowOf([
      `calls of \`${DEFAULT_MODEL}\``,
      number(calls),
      'common/models.ts, as estimated before a call',
      dollars(modelUsd),
    ]),
    rowOf(['**all**', '', '', `**${dollars(usd + modelUsd)}**`]),
  ];
}

export function monthTable(metered: Metered): string[] {
  const each = plus(plus(metered.nothingDue, metered.lookForSweep, 2), metered.ready);
  const amounts = amountsOf(each, {
    firestoreDeletes: each.deletes,
    runCpu: SWEEP.seconds,
    runMemory: SWEEP.seconds * SWEEP.gib,
    runRequests: 2,
  });
  const { rows, usd } = priced(amounts, MINUTES);
  const scheduler = priced({ schedulerJob: 1 }, 1);
  return [
    ...headOf(['what', 'number', 'list price', 'dollars']),
    ...rows,
    ...scheduler.rows,
    rowOf(['**all**', '', '', `**${dollars(usd + scheduler.usd)}**`]),
  ];
}

export function pricesTable(): string[] {
  const rows = Object.entries(LIST_PRICES).map(([name, price]) => [
    labelOf(name as Priced),
    inWords(price),
    price.region,
    price.source,
  ]);
  return [...headOf(['what', `list price, read on ${READ_ON}`, 'region', 'source']), ...rows.map(rowOf)];
}

function amountsOf({ reads, writes, tasks, classA, classB }: Operations, others: Amounts): Amounts {
  const counted = { firestoreReads: reads, firestoreWrites: writes, cloudTasks: tasks };
  return { ...counted, storageClassA: classA, storageClassB: classB, ...others };
}

/** One row for each kind, `times` over. */
function priced(amounts: Amounts, times: number): { readonly rows: string[]; readonly usd: number } {
  const used = Object.entries(amounts).filter(([, amount]) => amount > 0) as [Priced, number][];
  const costs = used.map(([name, amount]) => (amount * times * LIST_PRICES[name].usd) / LIST_PRICES[name].per);
  return {
    usd: costs.reduce((sum, cost) => sum + cost, 0),
    rows: used.map(([name, amount], index) =>
      rowOf([labelOf(name), number(amount * times), inWords(LIST_PRICES[name]), dollars(costs[index] ?? 0)]),
    ),
  };
}

const LABELS: Readonly<Record<Priced, string>> = {
  firestoreReads: 'Firestore reads',
  firestoreWrites: 'Firestore writes',
  firestoreDeletes: 'Firestore deletes',
  cloudTasks: 'Cloud Tasks operations',
  storageClassA: 'Cloud Storage operations of class A',
  storageClassB: 'Cloud Storage operations of class B',
  storageKept: 'Cloud Storage, GB kept for a month',
  dataOut: 'data to the shopper, GB',
  runCpu: 'Cloud Run, vCPU-seconds (assumed)',
  runMemory: 'Cloud Run, GiB-seconds (assumed)',
  runRequests: 'Cloud Run requests',
  schedulerJob: 'Cloud Scheduler',
};

function labelOf(name: Priced): string {
  return LABELS[name];
}

function inWords({ usd, per, unit }: ListPrice): string {
  return per === 1 ? `$${plain(usd)} each` : `$${plain(usd)} per ${number(per)} ${unit}`;
}

function plain(usd: number): string {
  return usd.toFixed(7).replace(/0+$/, '').replace(/\.$/, '');
}

function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

function dollars(usd: number): string {
  return usd.toFixed(usd < 1 ? 4 : 2);
}

function cells(operations: Operations, columns: readonly (keyof Operations)[]): string[] {
  return columns.map(column => number(operations[column]));
}

function headOf(cellsOfHead: readonly string[]): string[] {
  return [rowOf(cellsOfHead), `|${'---|'.repeat(cellsOfHead.length)}`];
}

function rowOf(cellsOfRow: readonly string[]): string {
  return `| ${cellsOfRow.join(' | ')} |`;
}
