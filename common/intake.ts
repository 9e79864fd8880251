/**
 * The intake of new jobs, closed and opened by an operator. What was taken in before goes on; what callers read while it
 * is closed is the operator's message.
 */
import { type Acting, type By, change, untilText } from './audit.ts';
import { switches } from './collections.ts';
import type { Switch } from './documents.ts';
import { INTAKE } from './switches.ts';

export interface Closing {
  /** What callers read. */
  readonly message?: string;
  /** When intake opens by itself, ms since 1970; absent = when somebody opens it. */
  readonly until?: number;
}

/** Closing it again replaces message, reason and end. `by` needs a reason. */
export async function closeIntake(
  acting: Acting,
  { message, until }: Closing,
  by: By & { readonly reason: string },
): Promise<void> {
  const now = acting.clock.now();
  await change<Switch>(acting, { from: switches, id: INTAKE, by }, async before => {
    const since = isClosed(before, now) ? before.since : now;
    const rest = { ...(message !== undefined ? { message } : {}), ...(until !== undefined ? { until } : {}) };
    const said = message === undefined ? [] : [`callers read "${message}"`];
    const detail = [...said, ...(until === undefined ? [] : [untilText(until)])].join(', ');
    return {
      document: { id: INTAKE, on: true, reason: by.reason, since, ...rest },
      did: { action: 'intake.close', target: INTAKE, ...(detail === '' ? {} : { detail }) },
    };
  });
}

/** Where intake is open nothing is done. */
export async function openIntake(acting: Acting, by: By): Promise<void> {
  const now = acting.clock.now();
  await change<Switch>(acting, { from: switches, id: INTAKE, by }, async before => {
    const document = { id: INTAKE, on: false, reason: '', since: now };
    return isClosed(before, now) ? { document, did: { action: 'intake.open', target: INTAKE } } : { document };
  });
}

function isClosed(noted: Switch | undefined, now: number): noted is Switch {
  return noted?.on === true && (noted.until === undefined || noted.until > now);
}
