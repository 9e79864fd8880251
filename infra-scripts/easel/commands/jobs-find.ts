/**
 * `easel jobs find`: the operators' search, through the jobs of all shops.
 */
import type { AdminJobAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { filterOf, JOB_FILTER } from '../job-filter.ts';
import { dollars, paintStatus } from '../job-text.ts';
import { PAGE_OPTIONS, printList } from '../list-pages.ts';
import { localText } from '../time-text.ts';

export const jobsFind: Command = {
  name: 'jobs find',
  summary: "search all shops' jobs, newest first",
  keyKind: 'admin',
  direct: true,
  takes: '[TEXT]',
  counts: [0, 1],
  options: { ...JOB_FILTER, ...PAGE_OPTIONS },
  notes: [
    "TEXT is an id of a job or a batch, a shop's own name for a job, or a customer, exactly; it goes with --shop alone.",
  ],
  examples: [
    'easel jobs find --code overloaded --since 1h',
    'easel jobs find 4711',
    'easel jobs find --status failed --all --json | jq -r .code | sort | uniq -c',
  ],
  run: findJobs,
};

async function findJobs(call: Call): Promise<ExitCode> {
  const { paint } = call.out;
  await printList<AdminJobAnswer>(call, {
    path: '/v1/admin/jobs',
    filters: { ...filterOf(call), q: call.args[0] },
    member: 'jobs',
    isByTime: true,
    columns: [
      { title: 'ID', of: ({ id }) => id },
      { title: 'STATUS', of: ({ status }) => status, paint: (text, { status }) => paintStatus(paint, status, text) },
      { title: 'CODE', of: ({ code = '' }) => code },
      { title: 'STYLE', of: ({ style = '(prompt)' }) => style },
      { title: 'SHOP', of: ({ shop }) => shop },
      { title: 'CREATED', of: ({ createdAt }) => localText(Date.parse(createdAt)) },
      { title: 'RUN', of: ({ run }) => String(run), right: true },
      { title: 'TRIES', of: ({ attempts }) => String(attempts), right: true },
      { title: 'COST', of: ({ costUsd }) => dollars(costUsd), right: true },
      { title: 'CUSTOMER', of: ({ customerId = '' }) => customerId, shrinksTo: 8 },
    ],
    none: 'No jobs on the pages that were read.',
  });
  return EXIT.ok;
}
