/**
 * `easel jobs list`: the shop's jobs, newest first, page by page as far as is asked.
 */
import type { JobAnswer, JobsAnswer } from '../answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode, usageFault } from '../faults.ts';
import { paintStatus, remark, tookMs } from '../job-text.ts';
import { type Column, tableLines } from '../table.ts';
import { parseSince, relativeText, spanText } from '../time-text.ts';

const PAGE_MAX = 100;
const LIMIT_DEFAULT = 20;

export const jobsList: Command = {
  name: 'jobs list',
  summary: 'list jobs, newest first',
  takes: '',
  counts: [0, 0],
  options: {
    status: { value: 'status', help: 'queued, running, succeeded, blocked, failed, canceled or expired' },
    style: { value: 'style', help: 'only those in this style' },
    customer: { value: 'id', help: 'only those of this shopper; not together with --style' },
    'custom-id': { value: 'id', help: 'only those of this name; together with --since alone' },
    since: { value: 'when', help: 'only those made since then: 15m, 24h, 7d, or a date such as 2026-11-23' },
    limit: { value: 'n', help: `how many (default: ${LIMIT_DEFAULT})` },
    all: { help: 'all there are' },
  },
  notes: ['With --json one line for each job.'],
  examples: [
    'easel jobs list --status failed --since 24h',
    'easel jobs list --customer 4711',
    "easel jobs list --all --json | jq -r 'select(.done | not) | .id'",
  ],
  run: listJobs,
};

async function listJobs(call: Call): Promise<ExitCode> {
  const { options, json, out, err } = call;
  const limit = options.flag('all') ? Number.POSITIVE_INFINITY : (options.integer('limit', 1) ?? LIMIT_DEFAULT);
  const rows: JobAnswer[] = [];
  let isMore = false;
  for await (const { jobs, nextCursor } of pages(call, limit)) {
    isMore = nextCursor !== undefined;
    if (json) for (const job of jobs) out.line(JSON.stringify(job));
    else rows.push(...jobs);
  }
  if (json) return EXIT.ok;
  for (const line of tableLines(columnsFor(call), rows, { width: out.columns(), paintTitle: out.paint.dim })) {
    out.line(line);
  }
  if (rows.length === 0) err.line('No jobs.');
  else if (isMore) err.line(err.paint.dim(`These are the newest ${rows.length}; --all or --limit shows more.`));
  return EXIT.ok;
}

async function* pages({ client, options, now }: Call, limit: number): AsyncGenerator<JobsAnswer> {
  const query = queryOf(options, now());
  let left = limit;
  for (;;) {
    query.set('limit', String(Math.min(PAGE_MAX, left)));
    const page = await client.json<JobsAnswer>('GET', `/v1/jobs?${query}`);
    yield page;
    left -= page.jobs.length;
    if (page.nextCursor === undefined || left <= 0) return;
    query.set('cursor', page.nextCursor);
  }
}

function queryOf(options: Call['options'], nowMs: number): URLSearchParams {
  const query = new URLSearchParams();
  const names = { status: 'status', style: 'style', customer: 'customerId', 'custom-id': 'customId' } as const;
  for (const [option, parameter] of Object.entries(names)) {
    const value = options.text(option);
    if (value !== undefined) query.set(parameter, value);
  }
  const since = options.text('since');
  if (since !== undefined) {
    const at = parseSince(since, nowMs);
    if (at === undefined) {
      throw usageFault(`"--since": expected 15m, 24h, 7d or a date such as 2026-11-23, got "${since}".`);
    }
    query.set('createdAfter', new Date(at).toISOString());
  }
  return query;
}

function columnsFor({ out, now }: Call): Column<JobAnswer>[] {
  const nowMs = now();
  return [
    { title: 'ID', of: ({ id }) => id },
    { title: 'STATUS', of: ({ status }) => status, paint: (text, { status }) => paintStatus(out.paint, status, text) },
    { title: 'STYLE', of: ({ style = '(prompt)' }) => style },
    { title: 'CREATED', of: ({ createdAt }) => relativeText(Date.parse(createdAt), nowMs), right: true },
    {
      title: 'TOOK',
      of: job => {
        const took = tookMs(job);
        return took === undefined ? '' : spanText(took);
      },
      right: true,
    },
    { title: 'CUSTOM ID', of: ({ customId = '' }) => customId, shrinksTo: 9 },
    { title: 'REMARK', of: job => remark(job, nowMs), shrinksTo: 8 },
  ];
}
