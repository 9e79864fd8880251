/**
 * What happened to a job, one line after the other, put together from the documents and the audit.
 */
import type { AuditEntry } from '../../common/documents.ts';
import type { Attempt } from '../../common/job.ts';
import { rfc3339 } from '../../common/job-face.ts';
import type { Pair } from '../../common/job-moves.ts';

interface Moment {
  readonly at: number;
  readonly what: string;
  readonly detail?: string | undefined;
}

export function timelineOf({ run, job }: Pair, acts: readonly AuditEntry[]) {
  const moments: Moment[] = [
    { at: run.createdAt, what: 'submitted', detail: `${run.lane} lane` },
    ...run.attempts.flatMap(momentsOf),
    ...acts.map(({ at, action, actor, reason }) => ({ at, what: action, detail: textOf([`by ${actor}`, reason]) })),
    ...(run.finishedAt === undefined ? [] : [{ at: run.finishedAt, what: run.status, detail: job.error?.code }]),
    ...(job.erasedAt === undefined ? [] : [{ at: job.erasedAt, what: 'erased' }]),
  ];
  return moments.toSorted((a, b) => a.at - b.at).map(({ at, ...rest }) => ({ at: rfc3339(at), ...rest }));
}

function momentsOf({ fence, startedAt, endedAt, model, outcome, providerCode }: Attempt): Moment[] {
  const begun = { at: startedAt, what: `attempt ${fence} began`, detail: model };
  if (endedAt === undefined) return [begun];
  return [begun, { at: endedAt, what: `attempt ${fence} ended`, detail: textOf([outcome, providerCode]) }];
}

function textOf(parts: readonly (string | undefined)[]): string {
  return parts.filter(part => part !== undefined).join(': ');
}
