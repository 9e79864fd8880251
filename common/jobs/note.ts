/**
 * What a job's beginning and end leave in metrics and logs: the one place that both are told of it, so that figures
 * and log lines cannot disagree.
 */
import type { Engine } from '../engine.ts';
import type { Run } from '../job.ts';
import type { Submission } from './submission.ts';
import type { Submitted } from './submit.ts';

type Told = Pick<Engine, 'metrics' | 'log'>;

export function noteSubmit(
  { metrics, log }: Told,
  { id, trace }: Pick<Submission, 'id' | 'trace'>,
  to: Submitted,
): void {
  metrics.submitted(to);
  log.info('submitted', { jobId: 'job' in to ? to.job.id : id, code: to.kind.replaceAll(' ', '_'), trace });
}

export function noteEnd({ metrics, log }: Told, run: Run): void {
  metrics.jobEnded(run);
  const { id: jobId, status, lane, model, trace, createdAt, finishedAt = createdAt } = run;
  log.info('job ended', { jobId, status, lane, model, trace, ms: finishedAt - createdAt });
}
