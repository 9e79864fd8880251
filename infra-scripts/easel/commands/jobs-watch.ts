/**
 * `easel jobs watch`: follows a job that is there already. On a terminal one living line, in a pipe one line a change.
 */
import type { JobAnswer } from '../answers.ts';
import { createBoard } from '../board.ts';
import type { Call, Command } from '../command.ts';
import type { ExitCode } from '../faults.ts';
import { followJob, jobPath } from '../follow-job.ts';
import { exitCodeOf, remark, tookMs } from '../job-text.ts';
import { muted } from '../screen.ts';
import { checkIds } from '../several-jobs.ts';
import { harmless } from '../text-width.ts';

export const jobsWatch: Command = {
  name: 'jobs watch',
  summary: 'follow a job until it is done',
  takes: 'ID',
  counts: [1, 1],
  options: {},
  notes: ['Exit code 0 for a picture, 1 for a job that ended without one. With --json one line for each change.'],
  examples: ['easel jobs watch job_01m83fj6n4c2b0zeaqh3rkcwez', 'easel jobs watch ID && easel jobs download ID'],
  run: watchJob,
};

async function watchJob({ client, args, out, json, now, signal }: Call): Promise<ExitCode> {
  const [id = ''] = checkIds(args);
  const board = createBoard(json ? muted(out) : out, { now, labels: [id] });
  let job = await client.json<JobAnswer>('GET', jobPath(id));
  try {
    for await (job of followJob(client, job, { signal })) {
      if (json) out.line(JSON.stringify(job));
      const row = { status: job.status, note: remark(job, now()), sinceMs: Date.parse(job.createdAt) };
      if (!job.done) board.show(id, row);
    }
    const took = tookMs(job);
    const row = { status: job.status, note: remark(job, now()), ...(took === undefined ? {} : { tookMs: took }) };
    board.settle(id, row, job.error ? [`  ${harmless(job.error.message)}`] : []);
  } finally {
    board.close();
  }
  return exitCodeOf(job);
}
