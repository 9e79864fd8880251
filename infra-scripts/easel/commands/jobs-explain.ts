/**
 * `easel jobs explain`: all that operators can know of a job: its ledger with the provider's words, what happened when,
 * whether it can be tried again, and where its log lines are.
 */
import type { WholeJobAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { type Fact, factLines } from '../facts.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { dollars, paintStatus } from '../job-text.ts';
import { logQuery } from '../log-query.ts';
import { checkIds } from '../several-jobs.ts';
import { tableLines } from '../table.ts';
import { localText, spanText } from '../time-text.ts';

export const jobsExplain: Command = {
  name: 'jobs explain',
  summary: "show a job's ledger, timeline and log query",
  keyKind: 'admin',
  direct: true,
  takes: 'ID',
  counts: [1, 1],
  options: {},
  examples: [
    'easel jobs explain job_01m83fj6n4c2b0zeaqh3rkcwez',
    "easel jobs explain ID --json | jq '.attemptRows[].providerCode'",
  ],
  run: explainJob,
};

async function explainJob({ client, args, out, json }: Call): Promise<ExitCode> {
  const [id = ''] = checkIds(args);
  const job = await client.json<WholeJobAnswer>('GET', `/v1/admin/jobs/${id}`);
  const lines = json ? [JSON.stringify({ ...job, logQuery: logQuery(id) }, null, 2)] : explained(job, out);
  for (const line of lines) out.line(line);
  return EXIT.ok;
}

function explained(job: WholeJobAnswer, out: Call['out']): string[] {
  const { paint } = out;
  const table = { width: out.columns(), paintTitle: paint.dim };
  return [
    ...factLines(factsOf(job), paint, (text, name) =>
      name === 'status' ? paintStatus(paint, job.status, text) : text,
    ),
    '',
    ...tableLines(
      [
        { title: 'TRY', of: ({ fence }) => String(fence), right: true },
        { title: 'RUN', of: ({ run }) => String(run), right: true },
        { title: 'BEGAN', of: ({ startedAt }) => localText(Date.parse(startedAt)) },
        { title: 'TOOK', of: tookOf, right: true },
        { title: 'OUTCOME', of: ({ outcome = 'under way' }) => outcome },
        { title: 'PROVIDER', of: ({ providerCode = '' }) => providerCode, shrinksTo: 8 },
        { title: 'MODEL', of: ({ model }) => model, shrinksTo: 8 },
        { title: 'BILLED', of: ({ billed = '' }) => billed },
        { title: 'COST', of: ({ costUsd, estimateUsd }) => dollars(costUsd ?? estimateUsd), right: true },
        { title: 'DETAIL', of: ({ detail = '' }) => detail, shrinksTo: 10 },
      ],
      job.attemptRows,
      table,
    ),
    '',
    ...tableLines(
      [
        { title: 'AT', of: ({ at }) => localText(Date.parse(at)) },
        { title: 'WHAT', of: ({ what }) => what },
        { title: 'DETAIL', of: ({ detail = '' }) => detail, shrinksTo: 10 },
      ],
      job.timeline,
      table,
    ),
    '',
    paint.dim(`Its log lines: ${logQuery(job.id)}`),
  ];
}

function factsOf(job: WholeJobAnswer): Fact[] {
  return [
    ['job', job.id],
    ['status', job.status],
    ['why', job.error && `${job.error.code}: ${job.error.detail}`],
    ['retry', job.retry.possible ? 'possible' : `not possible: ${job.retry.why ?? ''}`],
    ['shop', job.shop],
    ['customer', job.customerId],
    ['style', job.style ?? 'drawn by a prompt'],
    ['options', `${job.options.size} ${job.options.aspectRatio} variation ${job.options.variation}`],
    ['run', `${job.run}, ${job.attempts} tries, ${dollars(job.costUsd)}, ${job.charge}`],
    ['deadline', localText(Date.parse(job.deadlineAt))],
    ['photo', job.input?.url ?? 'not kept'],
    ['picture', job.output?.url],
  ];
}

function tookOf({ startedAt, endedAt }: WholeJobAnswer['attemptRows'][number]): string {
  return endedAt === undefined ? '' : spanText(Date.parse(endedAt) - Date.parse(startedAt));
}
