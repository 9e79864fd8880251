/**
 * What a job's beginning and end leave in metrics and logs: the one place that both are told of it, so that figures
 * and log lines cannot disagree.
 */
import type { Engine } from '../engine.ts';
import type { Run } from '../job.ts';
import type { Metrics } from '../metrics.ts';
import type { Submission } from './submission.ts';

type Told = Pick<Engine, 'metrics' | 'log'>;

/** The id is the job's, or the one that it would have had; of styles that were refused together, the batch's. */
export function noteSubmit(
  { metrics, log }: Told,
  { id, trace }: Pick<Submission, 'id' | 'trace'>,
  { kind }: Parameters<Metrics['submitted']>[0],
): void {
  metrics.submitted({ kind });
  log.info('submitted', { jobId: id, code: kind.replaceAll(' ', '_'), trace });
}

export function noteEnd({ metrics, log }: Told, run: Run): void {
  metrics.jobEnded(run);
  const { id: jobId, status, lane, model, trace, createdAt, finishedAt = createdAt } = run;
  log.info('job ended', { jobId, status, lane, model, trace, ms: finishedAt - createdAt });
}
