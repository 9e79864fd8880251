/**
 * A job's document, as Firestore's REST interface writes it, as the job that the API shows: without the document's own
 * members, and with times in RFC 3339.
 */

import type { Job } from './answers.ts';
import { JOBS } from './resources.ts';

export type FirestoreFields = { readonly [name: string]: FirestoreValue };

/** https://firebase.google.com/docs/firestore/reference/rest/v1/Value, the kinds that occur in a job. */
export interface FirestoreValue {
  readonly nullValue?: null;
  readonly booleanValue?: boolean;
  readonly integerValue?: string;
  readonly doubleValue?: number;
  readonly timestampValue?: string;
  readonly stringValue?: string;
  readonly arrayValue?: { readonly values?: readonly FirestoreValue[] };
  readonly mapValue?: { readonly fields?: FirestoreFields };
}

/** What the document has for itself. Its `output` lacks the addresses, without which it is none. */
const OWN = ['ownerUid', 'v', 'expireAt', 'output'];

export function jobFrom(fields: FirestoreFields): Job {
  const members = Object.entries(fields).flatMap(([name, value]) =>
    OWN.includes(name) ? [] : [[name, name.endsWith('At') ? timeOf(plain(value)) : plain(value)]],
  );
  const job = Object.fromEntries(members) as Omit<Job, 'links'>;
  return { ...job, links: { self: JOBS.path(job.id) } };
}

function timeOf(value: unknown): unknown {
  return typeof value === 'number' ? new Date(value).toISOString() : value;
}

function plain(value: FirestoreValue): unknown {
  if (value.integerValue !== undefined) return Number(value.integerValue);
  if (value.arrayValue) return (value.arrayValue.values ?? []).map(plain);
  if (value.mapValue) {
    const entries = Object.entries(value.mapValue.fields ?? {});
    return Object.fromEntries(entries.map(([name, inner]) => [name, plain(inner)]));
  }
  return value.stringValue ?? value.booleanValue ?? value.doubleValue ?? value.timestampValue ?? null;
}
