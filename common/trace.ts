/**
 * W3C trace context (https://www.w3.org/TR/trace-context/): the id under which a caller follows a job through intake,
 * queue, worker and provider. It is kept in the run, because a task may ring again long after its first.
 */
import type { Random } from './clock.ts';

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?$/;
const NO_TRACE = '0'.repeat(32);
const SPAN_BYTES = 8;

/** The trace's id out of a `traceparent` header: 32 hex digits; undefined for whatever is none. */
export function traceIn(header: string): string | undefined {
  const id = TRACEPARENT.exec(header)?.[1];
  return id === NO_TRACE ? undefined : id;
}

/** The header of a request that is part of the trace, as a span of its own. */
export function traceparent(trace: string, random: Random): string {
  return `00-${trace}-${Buffer.from(random.bytes(SPAN_BYTES)).toString('hex')}-01`;
}
