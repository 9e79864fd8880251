/**
 * A fault as it is printed on standard error: the sentence, each bad field, what to do about it, and for a refusal the
 * code and the Request-Id by which the service's logs know the request. With `--json` one line of JSON.
 */
import { type Fault, Refusal } from './faults.ts';
import type { Paint } from './screen.ts';
import { harmless } from './text-width.ts';
import { momentText } from './time-text.ts';

export function faultLines(fault: Fault, { paint, nowMs }: { paint: Paint; nowMs: number }): string[] {
  const refusal = fault instanceof Refusal ? fault : undefined;
  const { errors = [], resetAt } = refusal?.problem ?? {};
  return [
    harmless(fault.message),
    ...errors.map(({ pointer, detail }) => `  ${harmless(`${pointer}: ${detail}`)}`),
    ...(resetAt ? [`New ones are available from ${momentText(Date.parse(resetAt), nowMs)} on.`] : []),
    ...(fault.hint === undefined ? [] : [harmless(fault.hint)]),
    ...(refusal ? [paint.dim(harmless(traceOf(refusal)))] : []),
  ];
}

/** Further members say which of several things went wrong. */
export function faultJson(fault: Fault, about: { readonly [name: string]: unknown } = {}): string {
  const facts =
    fault instanceof Refusal
      ? { title: fault.message, ...fault.problem, status: fault.status, requestId: fault.requestId }
      : { title: fault.message };
  return JSON.stringify({ ...facts, hint: fault.hint, exitCode: fault.exitCode, ...about });
}

function traceOf({ problem, status, requestId }: Refusal): string {
  const parts = [problem.code, `HTTP ${status}`, requestId && `Request-Id ${requestId}`];
  return parts.filter(Boolean).join(', ');
}
