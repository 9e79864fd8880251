/**
 * What a month costs at so many pictures: the operations that `docs/cost.md` has counted, list prices, and the catalogue
 * of models. A picture is either drawn or found, and comes with the visit of one shopper.
 */
import type { ModelEntry } from '../common/models.ts';
import { estimateMicroUsd } from '../common/models.ts';
import { LIST_PRICES, type Priced } from './list-prices.ts';

/** A row of the counted operations: reads, writes, deletes, Cloud Tasks, class A, class B, calls of the model. */
export type Counted = readonly number[];

const COLUMNS = [
  'firestoreReads',
  'firestoreWrites',
  'firestoreDeletes',
  'cloudTasks',
  'storageClassA',
  'storageClassB',
] as const;

/** Rows of the table by the words that begin them. */
const VISIT = {
  session: 'a session is opened',
  styles: 'the styles',
  quota: 'the quota',
  download: 'preview and picture',
};
const DRAWN = { submit: '**submit**', run: '**run**', done: 'poll of a done job: two', poll: '**poll** of' };
const POLLS = 5;
const REUSED = 'a submit whose picture exists';
/** Run, job and two quota documents, deleted by Firestore in the end. */
const TTL_DELETES = 4;
const GB = { photo: 0.002, picture: 0.0015, preview: 0.00006 };
const API_SECONDS = { drawn: 3, reused: 1 };
const WORKER_SECONDS = 7;
const API_GIB = 0.5;
const REQUESTS = { drawn: 11, reused: 4 };

export interface Month {
  readonly pictures: number;
  /** Of them, those that are found in the bucket. */
  readonly reusedShare: number;
  readonly model: ModelEntry;
  readonly size: string;
  /** Drawn by the economy lane, at the provider's batch price. */
  readonly economy: boolean;
}

export function readCounted(page: string): ReadonlyMap<string, Counted> {
  const section = page.split('## Operations\n')[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter(line => /^\| .*\d/.test(line));
  return new Map(
    rows.map(row => {
      const [, what = '', ...cells] = row.split('|').map(cell => cell.trim());
      return [what, cells.slice(0, 7).map(Number)];
    }),
  );
}

/** In dollars: all but the model, and the model. */
export function costOf(counted: ReadonlyMap<string, Counted>, month: Month): { platform: number; model: number } {
  const { pictures, reusedShare, model, size, economy } = month;
  const drawn = pictures * (1 - reusedShare);
  const visit = Object.values(VISIT).map(words => priceOf(rowOf(counted, words)));
  const drawing = [DRAWN.submit, DRAWN.run, DRAWN.done].map(words => priceOf(rowOf(counted, words)));
  const polls = POLLS * priceOf(rowOf(counted, DRAWN.poll));
  const eachDrawn = sum([...visit, ...drawing, polls]) + othersOf('drawn');
  const eachReused = sum([...visit, priceOf(rowOf(counted, REUSED))]) + othersOf('reused');
  return {
    platform: drawn * eachDrawn + (pictures - drawn) * eachReused,
    model: (drawn * estimateMicroUsd(model, size, economy ? 'batch' : 'call')) / 1_000_000,
  };
}

function othersOf(kind: 'drawn' | 'reused'): number {
  const isDrawn = kind === 'drawn';
  const seconds = API_SECONDS[kind] + (isDrawn ? WORKER_SECONDS : 0);
  return sum([
    usd('firestoreDeletes', TTL_DELETES),
    usd('storageKept', isDrawn ? GB.photo + GB.picture + GB.preview : 0),
    usd('dataOut', GB.picture + GB.preview),
    usd('runCpu', seconds),
    usd('runMemory', API_SECONDS[kind] * API_GIB + (isDrawn ? WORKER_SECONDS : 0)),
    usd('runRequests', REQUESTS[kind]),
  ]);
}

function rowOf(counted: ReadonlyMap<string, Counted>, words: string): Counted {
  const found = [...counted].find(([what]) => what.startsWith(words));
  if (!found) throw new Error(`docs/cost.md has counted no "${words}"`);
  return found[1];
}

function priceOf(row: Counted): number {
  return sum(COLUMNS.map((name, place) => usd(name, row[place] ?? 0)));
}

function usd(name: Priced, amount: number): number {
  return (amount * LIST_PRICES[name].usd) / LIST_PRICES[name].per;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
