/**
 * What each part of the benchmark works with: processes and databases, the number of rounds, and the tables that it
 * fills. A subject that cannot be measured is told by why and left out; the others go on.
 */
import type { Databases } from './databases.ts';
import type { Processes } from './processes.ts';
import type { Metric, Table, Values } from './results.ts';

export interface Stage {
  readonly rounds: number;
  /** A quick look beside bare koa alone. */
  readonly smoke: boolean;
  readonly processes: Processes;
  readonly databases: Databases;
  readonly photos: { readonly small: Buffer; readonly large: Buffer };
  /** For what the command says while it runs. */
  readonly say: (line: string) => void;
}

export interface Part {
  readonly name: string;
  readonly title: string;
  /** What the figures are, in Markdown, for docs/performance.md. */
  readonly about: string;
  measure(stage: Stage, sheet: Sheet): Promise<void>;
}

/** What one part has measured so far; it stands even if the part fails later. */
export interface Sheet {
  readonly tables: Table[];
  readonly missing: string[];
}

export interface Round {
  /** For how long a load is kept up. */
  readonly forMs: number;
  /** From 0; the first, -1, is to warm up and does not count. */
  readonly number: number;
  readonly isWarmUp: boolean;
}

/** Measures a subject once. */
export type Measure = (round: Round) => Promise<Values>;
export type Subjects = Map<string, Measure>;

/** Puts the subject there if it can be set up. */
export async function prepare(
  sheet: Sheet,
  subjects: Subjects,
  subject: string,
  setUp: () => Promise<Measure>,
): Promise<void> {
  try {
    subjects.set(subject, await setUp());
  } catch (error) {
    sheet.missing.push(`${subject}: ${sentenceOf(error)}`);
  }
}

const FOR_MS = 1_000;
/** Enough for the code to be compiled: what happens in the first moment is no figure of any later one. */
const SHORT_MS = 500;

interface Plan {
  readonly title: string;
  readonly metrics: readonly Metric[];
  readonly own: string;
  readonly subjects: Subjects;
  /** Default: yes. */
  readonly warmUp?: boolean;
}

/** All subjects in each round, in the other order every other round. */
export async function inTurns({ rounds, smoke, say }: Stage, sheet: Sheet, plan: Plan): Promise<void> {
  const { title, metrics, own, subjects, warmUp = true } = plan;
  const rows = new Map([...subjects.keys()].map(subject => [subject, emptyRow(metrics, rounds)]));
  const failed = new Set<string>();
  for (let number = warmUp ? -1 : 0; number < rounds; number++) {
    const isWarmUp = number < 0;
    const round = { number, isWarmUp, forMs: isWarmUp || smoke ? SHORT_MS : FOR_MS };
    for (const [subject, measure] of number % 2 === 0 ? subjects : [...subjects].reverse()) {
      if (failed.has(subject)) continue;
      try {
        const values = await measure(round);
        if (round.isWarmUp) continue;
        for (const { name } of metrics) put(rows, subject, { metric: name, number, value: values[name] });
        say(`  ${title}, round ${number + 1}: ${subject}: ${shortly(values)}`);
      } catch (error) {
        failed.add(subject);
        sheet.missing.push(`${title}: ${subject}: ${sentenceOf(error)}`);
        say(`  ${title}: ${subject} failed: ${sentenceOf(error)}`);
      }
    }
  }
  sheet.tables.push({ title, metrics, own, rows: [...rows].map(([subject, values]) => ({ subject, values })) });
}

type RowValues = { [metric: string]: (number | null)[] };

function emptyRow(metrics: readonly Metric[], rounds: number): RowValues {
  return Object.fromEntries(metrics.map(({ name }) => [name, Array<number | null>(rounds).fill(null)]));
}

function put(
  rows: Map<string, RowValues>,
  subject: string,
  { metric, number, value }: { metric: string; number: number; value: number | undefined },
): void {
  const values = rows.get(subject)?.[metric];
  // Six digits are more than any of them means, and keep the file readable.
  if (values && value !== undefined && Number.isFinite(value)) values[number] = Number(value.toPrecision(6));
}

function shortly(values: Values): string {
  return Object.entries(values)
    .map(([metric, value]) => `${metric} ${Number(value.toPrecision(4))}`)
    .join(', ');
}

/** The first line, without what only a debugger wants. */
function sentenceOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n').find(line => line.trim() !== '') ?? text).trim().slice(0, 200);
}
