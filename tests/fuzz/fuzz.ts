/**
 * The fuzzer: conversations with the service, many at once, each made by the dice of its number and judged answer by
 * answer. The same seed makes the same conversations; what they find may still depend on what runs beside them.
 */
import type { OpenapiDocument } from '../../api/openapi/document.ts';
import { type Counting, converse } from './converse.ts';
import { createJudge } from './judge.ts';
import type { Known } from './known.ts';
import { fuzzOperations } from './operations.ts';

export interface FuzzOptions {
  readonly document: OpenapiDocument;
  readonly known: Known;
  readonly port: number;
  readonly seed: number;
  /** So many requests, and those of the conversations begun by then. */
  readonly requests: number;
  /** Only the conversation of this number. */
  readonly only?: number;
  readonly lanes?: number;
  /** Called between conversations, each time so many requests were sent: undoes what operators' requests have set. */
  readonly tidy?: { readonly every: number; readonly run: () => Promise<void> };
}

export interface FuzzReport {
  readonly sent: number;
  /** Answers by status; 0 where the server hung up on nonsense. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Operations with the statuses that they answered. */
  readonly seen: ReadonlyMap<string, ReadonlySet<number>>;
  readonly admitted: number;
  readonly failures: readonly Failure[];
}

export interface Failure {
  readonly number: number;
  readonly complaints: readonly string[];
  /** What was sent last, and before it on the same connection. */
  readonly sent: readonly Buffer[];
}

const FAILURES_MAX = 20;

export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { document, requests, only, lanes = 16, tidy } = options;
  const count = counting();
  const run = { ...options, operations: fuzzOperations(document), judge: createJudge(document), count };
  let number = only ?? 0;
  let tidied = 0;
  const lane = async () => {
    while (count.report.sent < requests && count.report.failures.length < FAILURES_MAX) {
      await converse(run, number++);
      if (only !== undefined) return;
      if (!tidy || count.report.sent < tidied + tidy.every) continue;
      tidied = count.report.sent;
      await tidy.run().catch((error: unknown) => count.failed({ number, complaints: [String(error)], sent: [] }));
    }
  };
  await Promise.all(Array.from({ length: only === undefined ? lanes : 1 }, lane));
  return count.report;
}

function counting() {
  const statuses = new Map<number, number>();
  const seen = new Map<string, Set<number>>();
  const failures: Failure[] = [];
  const report = { sent: 0, admitted: 0, statuses, seen, failures };
  const counting: Counting = {
    answered(answer, operation) {
      const status = answer?.status ?? 0;
      report.sent++;
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (!operation) return;
      if (operation.id === 'submitJob' && status === 202) report.admitted++;
      const known = seen.get(operation.id) ?? new Set();
      seen.set(operation.id, known.add(status));
    },
    failed: failure => void failures.push(failure),
  };
  return { ...counting, report };
}
