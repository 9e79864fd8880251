/**
 * `easel stats`: how the service stands, on one screen.
 */
import type { StatsAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { paintStatus } from '../job-text.ts';
import { budgetLines, intakeLines, queueLines } from '../operator-text.ts';
import { type Column, tableLines } from '../table.ts';

export const stats: Command = {
  name: 'stats',
  summary: 'show how the service stands: jobs, money, queues, intake',
  keyKind: 'admin',
  direct: true,
  takes: '',
  counts: [0, 0],
  options: {},
  notes: ['Jobs that have ended are counted if they were submitted in the last 24 hours.'],
  examples: ['easel stats', "easel stats --json | jq '.jobs.interactive.failed'"],
  run: showStats,
};

async function showStats(call: Call): Promise<ExitCode> {
  const { client, out, json } = call;
  const answer = await client.json<StatsAnswer>('GET', '/v1/admin/stats');
  if (json) {
    out.line(JSON.stringify(answer, null, 2));
    return EXIT.ok;
  }
  const parts = [jobLines(answer, call), queueLines(answer.queues, call), budgetLines(answer.budget, call)];
  for (const lines of parts) for (const line of [...lines, '']) out.line(line);
  for (const line of intakeLines(answer.intake, call)) out.line(line);
  return EXIT.ok;
}

const HOUR_MS = 3_600_000;

type Row = readonly [lane: string, counts: { readonly [status: string]: number }];

function jobLines({ jobs, submittedSince }: StatsAnswer, { out, now }: Call): string[] {
  const rows: Row[] = Object.entries(jobs);
  const columns: Column<Row>[] = Object.keys(rows[0]?.[1] ?? {}).map(status => ({
    title: status.toUpperCase(),
    of: ([, counts]) => String(counts[status] ?? 0),
    right: true,
    paint: (text, [, counts]) => (counts[status] ? paintStatus(out.paint, status, text) : out.paint.dim(text)),
  }));
  const lane: Column<Row> = { title: 'JOBS', of: ([name]) => name };
  const lines = tableLines([lane, ...columns], rows, { paintTitle: out.paint.dim });
  const hours = Math.round((now() - Date.parse(submittedSince)) / HOUR_MS);
  return [...lines, out.paint.dim(`Those that have ended: of the last ${hours} hours.`)];
}
