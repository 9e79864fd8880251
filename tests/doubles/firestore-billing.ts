/**
 * What Firestore bills for a call, by its requests and answers.
 * https://cloud.google.com/firestore/pricing: a read for each document that a call answers with, whether it exists or
 * not; at least one for a query; one for each 1,000 index entries of an aggregation, at least one; a write or delete for
 * each document that a commit changes; for a listener one for the document as it is and one for each change.
 */
export interface Billed {
  readonly reads: number;
  readonly writes: number;
  readonly deletes: number;
}

export type Bill = Partial<Billed>;

interface Rule {
  /** For a message of the answer. `reads`: what was billed for those before it. */
  readonly answer?: (message: Answer, reads: number) => Bill;
  /** Once the call has ended well. `reads`: what was billed for its answers. */
  readonly end?: (requests: readonly Request[], reads: number) => Bill;
}

/** As far as the rules look at it; an absent message is null. */
interface Answer {
  readonly found?: object | null;
  readonly missing?: string | null;
  readonly document?: object | null;
  /** Of a query's last message: the SDK waits for nothing behind it. */
  readonly done?: boolean | null;
  readonly documentChange?: object | null;
  readonly documentDelete?: object | null;
  readonly result?: {
    readonly aggregateFields?: { readonly [alias: string]: { readonly integerValue?: unknown } };
  } | null;
}

interface Request {
  readonly writes?: readonly { readonly delete?: string | null }[];
}

const ENTRIES_PER_READ = 1_000;

/** Rollbacks and begins are free. A method that is not here has no rule. */
export const BILLING: { readonly [method: string]: Rule | undefined } = {
  BeginTransaction: {},
  Rollback: {},
  BatchGetDocuments: { answer: ({ found, missing }) => ({ reads: found || missing ? 1 : 0 }) },
  RunQuery: {
    answer: ({ document, done }, reads) => ({ reads: document || (done && reads === 0) ? 1 : 0 }),
    end: (_, reads) => ({ reads: reads === 0 ? 1 : 0 }),
  },
  RunAggregationQuery: { answer: ({ result }) => ({ reads: result ? readsOfCount(result.aggregateFields) : 0 }) },
  Commit: { end: requests => writesOf(requests) },
  Listen: { answer: ({ documentChange, documentDelete }) => ({ reads: documentChange || documentDelete ? 1 : 0 }) },
};

function writesOf(requests: readonly Request[]): Bill {
  const writes = requests.flatMap(request => request.writes ?? []);
  const deletes = writes.filter(write => write.delete).length;
  return { writes: writes.length - deletes, deletes };
}

/** A count tells how many entries it went over. */
function readsOfCount(fields: { readonly [alias: string]: { readonly integerValue?: unknown } } = {}): number {
  const entries = Math.max(0, ...Object.values(fields).map(({ integerValue }) => Number(integerValue ?? 0)));
  return Math.max(1, Math.ceil(entries / ENTRIES_PER_READ));
}
