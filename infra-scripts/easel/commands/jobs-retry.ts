/**
 * `easel jobs retry`: another run of jobs that ended without a picture, free of the shopper's quota. Each is bound to the
 * state it was just seen in, so that two operators who try at once make one run.
 */
import type { WholeJobAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { needed, REASON } from '../operator-options.ts';
import { forEachJob } from '../several-jobs.ts';
import { harmless } from '../text-width.ts';
import { WISH_OPTIONS, wishOf } from '../wish-options.ts';

export const jobsRetry: Command = {
  name: 'jobs retry',
  summary: 'try jobs again that failed or expired',
  keyKind: 'admin',
  takes: 'ID…',
  counts: [1, Number.POSITIVE_INFINITY],
  options: { reason: REASON, ...WISH_OPTIONS },
  notes: ['--reason is needed. For many jobs "easel bulk plan retry" looks first and keeps a pace.'],
  examples: [
    'easel jobs retry job_01m83fj6n4c2b0zeaqh3rkcwez --reason "The provider is well again."',
    'easel jobs retry ID --reason "It cannot draw hands." --model gemini-nano-banana-2.1 --variation 1',
  ],
  run: retryJobs,
};

async function retryJobs(call: Call): Promise<ExitCode> {
  const { client, out, json } = call;
  const body = { reason: needed(call, 'reason', jobsRetry), ...wishOf(call) };
  return forEachJob(call, async id => {
    const path = `/v1/admin/jobs/${id}`;
    const { sequence } = await client.json<WholeJobAnswer>('GET', path);
    const job = await client.json<WholeJobAnswer>('POST', `${path}/retry`, { body, ifMatch: `"${sequence}"` });
    out.line(json ? JSON.stringify(job) : `${harmless(job.id)}  waits again, run ${job.run}`);
    return EXIT.ok;
  });
}
