/**
 * `easel jobs erase`: takes photo, picture and prompt away for good. Asks first; where nobody can be asked it wants to
 * be told with `--yes` that this is meant.
 */
import type { JobAnswer } from '../answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { jobPath } from '../follow-job.ts';
import { makeSure, YES } from '../make-sure.ts';
import { checkIds, forEachJob } from '../several-jobs.ts';
import { harmless } from '../text-width.ts';

export const jobsErase: Command = {
  name: 'jobs erase',
  summary: 'erase photo, picture and prompt of jobs for good',
  takes: 'ID…',
  counts: [1, Number.POSITIVE_INFINITY],
  options: { yes: YES },
  notes: ['What stays is a record of state, times and cost. A job that is not done is canceled first.'],
  examples: ['easel jobs erase job_01m83fj6n4c2b0zeaqh3rkcwez', 'easel jobs erase --yes ID ID'],
  run: eraseJobs,
};

async function eraseJobs(call: Call): Promise<ExitCode> {
  const { client, out, json } = call;
  const ids = checkIds(call.args);
  await makeSure(call, {
    question: `Erase photo, picture and prompt of ${ids.length === 1 ? ids[0] : `${ids.length} jobs`} for good?`,
    risk: 'Erasing cannot be undone',
    kept: 'Nothing was erased.',
  });
  return forEachJob(call, async id => {
    const job = await client.json<JobAnswer>('DELETE', jobPath(id));
    if (json) out.line(JSON.stringify(job));
    else out.line(`${harmless(job.id)}  erased`);
    return EXIT.ok;
  });
}
