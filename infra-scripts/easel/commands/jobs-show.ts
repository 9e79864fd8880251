/**
 * `easel jobs show`: everything that the API tells about one job.
 */
import type { JobAnswer } from '../answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { jobPath } from '../follow-job.ts';
import { blockOf } from '../job-text.ts';
import { checkIds } from '../several-jobs.ts';

export const jobsShow: Command = {
  name: 'jobs show',
  summary: 'show a job with its attempts, cost and picture',
  takes: 'ID',
  counts: [1, 1],
  options: {},
  examples: ['easel jobs show job_01m83fj6n4c2b0zeaqh3rkcwez', "easel jobs show ID --json | jq -r '.output.url'"],
  run: showJob,
};

async function showJob({ client, args, out, json, now }: Call): Promise<ExitCode> {
  const [id = ''] = checkIds(args);
  const job = await client.json<JobAnswer>('GET', jobPath(id));
  if (json) out.line(JSON.stringify(job, null, 2));
  else for (const line of blockOf(job, { paint: out.paint, nowMs: now() })) out.line(line);
  return EXIT.ok;
}
