/**
 * What a self-check can find, each with what it means and what to do: one table, which the API, the command line and
 * docs/reliability.md show. A `fault` breaks a promise or will; a `note` costs something and mends itself.
 */
export interface FindingRow {
  readonly severity: 'fault' | 'note';
  readonly what: string;
  readonly todo: string;
}

export const FINDINGS = {
  sweeper_late: {
    severity: 'fault',
    what: 'Nobody has swept for three minutes: what the queue forgets is not found.',
    todo: 'See that the scheduler runs and reaches the worker, and that a worker runs at all; then look at its log.',
  },
  overdue: {
    severity: 'fault',
    what: 'Jobs that somebody should have looked at three minutes ago, waiting, running or with something still to do.',
    todo: 'As for a late sweep. If sweeps run, the log of the worker names these jobs and why looking at them fails.',
  },
  lease_left: {
    severity: 'fault',
    what: 'Jobs that run by a lease which ended more than three minutes ago: their worker is gone and nobody has taken over.',
    todo: 'As for a late sweep; a lease far in the past may also be the work of a clock that was wrong.',
  },
  unsettled: {
    severity: 'fault',
    what: 'Jobs that have ended and still hold a picture of their shopper.',
    todo: 'Keep the documents and report them: this must not happen. An erasure or a retry of the job does not mend it.',
  },
  face_differs: {
    severity: 'fault',
    what: 'Jobs whose public document and run disagree about state or charge, or one of which is missing.',
    todo: 'Keep the documents and report them. A restore of a backup that took the store alone can cause it.',
  },
  output_missing: {
    severity: 'fault',
    what: 'Jobs that succeeded and whose picture is not in the bucket, though it should be kept.',
    todo: 'Restore the bucket from the same backup as the store. A client that asks for the picture gets 410; the same wish is drawn anew.',
  },
  output_damaged: {
    severity: 'fault',
    what: 'Jobs that succeeded and whose picture in the bucket is broken.',
    todo: 'Check the disk. Restore the objects from a backup, or let the same wish be drawn anew, which replaces them.',
  },
  queue_stuck: {
    severity: 'fault',
    what: 'Queues that are paused although their pause is over, or with no reason on record.',
    todo: 'Resume the queue. A sweep does it by itself; if it does not, see why sweeps fail.',
  },
  queue_paused: {
    severity: 'note',
    what: 'Queues that are paused, with jobs that wait behind them.',
    todo: 'Resume the queue when its reason is gone; `GET /v1/admin/queues` tells the reason and the end.',
  },
  photo_orphaned: {
    severity: 'note',
    what: 'Photos in the bucket that no job names: of submits whose process died in between.',
    todo: 'Nothing: the lifecycle of the bucket removes them after 30 days. Many of them mean that processes die often.',
  },
} as const satisfies Record<string, FindingRow>;

export type FindingCode = keyof typeof FINDINGS;

export interface Finding extends FindingRow {
  readonly code: FindingCode;
  readonly count: number;
  /** Ids of jobs, names of queues, paths: some of them. */
  readonly examples: readonly string[];
}

const EXAMPLES_MAX = 10;

/** Undefined when there is nothing of that kind. */
export function finding(code: FindingCode, examples: readonly string[], count = examples.length): Finding | undefined {
  if (count === 0) return undefined;
  return { code, ...FINDINGS[code], count, examples: examples.slice(0, EXAMPLES_MAX) };
}
