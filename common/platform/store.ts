/**
 * The store seam: typed JSON documents with transactions, indexed queries and watches. SQLite stands behind it on the
 * embedded platform, Firestore on google. Every promise below is held by `store.conformance.ts` on both.
 *
 * Documents are plain JSON: no `undefined` (dropped on write), no dates (integer milliseconds), no floats for money, no
 * array directly within an array (Firestore has none).
 */

/** Every document carries its own id; it never changes. */
export interface Document {
  readonly id: string;
}

/** Names a collection and the type of its documents. `_type` exists for the type checker alone. */
export interface Collection<D extends Document> {
  readonly name: string;
  /** The query shapes that need an index: equality fields first, then the field of the range or the order. */
  readonly indexes: readonly Index[];
  /** Field after whose time (integer ms) the platform may delete the document by itself; no other query names it. */
  readonly expires?: string;
  /** Large fields that no query touches: exempt from indexing on platforms that index by default. */
  readonly unindexed?: readonly string[];
  readonly _type?: D;
}

export interface Index {
  readonly equal: readonly string[];
  readonly order?: { readonly field: string; readonly direction: 'asc' | 'desc' };
}

export function collection<D extends Document>(
  name: string,
  options: { indexes?: readonly Index[]; expires?: keyof D & string; unindexed?: readonly (keyof D & string)[] } = {},
): Collection<D> {
  return { name, ...options, indexes: options.indexes ?? [] };
}

export type Operator = '==' | '<' | '<=' | '>' | '>=';
export type Scalar = string | number | boolean;

/**
 * Conditions are ANDed. Range operators may name one field only, and then `orderBy` is that field (ascending if it is
 * not given); anything else throws `invalid`. A document without a named field never matches. Ties in the order are
 * broken by id, ascending or descending with it; without range and `orderBy` the order is by id, ascending.
 *
 * A shape that no index covers throws `invalid`, whatever the store holds (`query-shape.ts`): equalities alone and a
 * single field are always covered, equalities with a range or order of another field are to be declared as an `Index`.
 */
export interface Query<D extends Document> {
  readonly from: Collection<D>;
  readonly where?: readonly (readonly [field: keyof D & string, operator: Operator, value: Scalar])[];
  readonly orderBy?: readonly [field: keyof D & string, direction: 'asc' | 'desc'];
  /** 1 to 1,000. */
  readonly limit: number;
  /** `next` of an earlier page of the same query. A cursor of another query throws `invalid`. */
  readonly after?: string;
}

export interface Page<D> {
  readonly items: D[];
  /** Present when there may be more. */
  readonly next?: string;
}

/** Reads see what was committed before; writes are buffered and invisible to the transaction's own reads. */
export interface Transaction {
  get<D extends Document>(from: Collection<D>, id: string): Promise<D | undefined>;
  list<D extends Document>(query: Query<D>): Promise<Page<D>>;
  /** Writes the whole document, new or not. */
  set<D extends Document>(into: Collection<D>, document: D): void;
  /** Adds integers to fields without reading them, creating document and fields at zero: never a cause of contention. */
  increment<D extends Document>(into: Collection<D>, id: string, by: { readonly [field: string]: number }): void;
  /** Deletes the document; a missing one is no error. */
  delete<D extends Document>(from: Collection<D>, id: string): void;
}

export interface Store {
  /**
   * Runs `work` and commits its writes all or nothing, as if alone: if anything it read (a document, an absence or a
   * query's answer) changed meanwhile, `work` runs again from the start. All reads come before the first write.
   * `work` may also run again **after** a commit whose answer was lost, so it first reads its own marker, has no side
   * effect outside, and returns the earlier result when the marker is there.
   *
   * Resolves when the commit is durable. An error thrown by `work` rolls back and is passed on as it is.
   * Throws `contended` when the tries ran out and `unavailable` when the store cannot be reached or written.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;

  /** The document as last committed, or undefined. A fresh copy: changing it changes nothing. */
  get<D extends Document>(from: Collection<D>, id: string): Promise<D | undefined>;

  list<D extends Document>(query: Query<D>): Promise<Page<D>>;

  /** How many documents match; `limit`, `after` and `orderBy` play no part. As in `list`, an index has to cover it. */
  count<D extends Document>(query: Pick<Query<D>, 'from' | 'where'>): Promise<number>;

  /**
   * Calls `onChange` soon with the document as it is (undefined when missing) and again after each commit that
   * changes it; fast changes may be folded into the last one. Never calls after the returned function was called.
   * A platform that loses its connection resumes by itself and then reports the current state.
   */
  watch<D extends Document>(from: Collection<D>, id: string, onChange: (document: D | undefined) => void): () => void;
}
