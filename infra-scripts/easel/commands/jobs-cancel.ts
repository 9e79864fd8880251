/**
 * `easel jobs cancel`: gives jobs up. One that is being drawn ends at its worker's next heartbeat, some seconds later.
 */
import type { JobAnswer } from '../answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { jobPath } from '../follow-job.ts';
import { paintStatus } from '../job-text.ts';
import { forEachJob } from '../several-jobs.ts';
import { harmless } from '../text-width.ts';

export const jobsCancel: Command = {
  name: 'jobs cancel',
  summary: 'give jobs up',
  takes: 'ID…',
  counts: [1, Number.POSITIVE_INFINITY],
  options: {},
  notes: [
    'A job that waits ends at once. One that is being drawn ends some seconds later ("easel jobs watch" waits for it)',
    'and stays charged. One that is done stays as it is.',
  ],
  examples: [
    'easel jobs cancel job_01m83fj6n4c2b0zeaqh3rkcwez',
    'easel jobs list --status queued --all --json | jq -r .id | xargs easel jobs cancel',
  ],
  run: cancelJobs,
};

async function cancelJobs(call: Call): Promise<ExitCode> {
  const { client, out, json } = call;
  return forEachJob(call, async id => {
    const job = await client.json<JobAnswer>('POST', `${jobPath(id)}/cancel`);
    if (json) out.line(JSON.stringify(job));
    else out.line(`${harmless(job.id)}  ${wordFor(job, out.paint)}`);
    return EXIT.ok;
  });
}

function wordFor(job: JobAnswer, paint: Call['out']['paint']): string {
  if (job.status === 'canceled') return paintStatus(paint, job.status);
  const status = paintStatus(paint, job.status);
  return job.done ? `${status} before, and stays so` : `${status}, is being stopped`;
}
