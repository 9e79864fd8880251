/**
 * How documents lie in Firestore: as they are, under their id, except that the field after whose time they may be
 * deleted is a Timestamp there, because Firestore's TTL takes nothing else.
 */
import type {
  CollectionReference,
  DocumentData,
  DocumentReference,
  DocumentSnapshot,
  WithFieldValue,
} from '@google-cloud/firestore';
import { PlatformError } from '../platform/errors.ts';
import type { Collection, Document } from '../platform/store.ts';
import type { Sdk } from './store-client.ts';

/** What of a collection matters for its documents, whatever their type. */
export type CollectionName = Pick<Collection<Document>, 'name' | 'expires'>;

export interface Documents {
  readonly sdk: Sdk;
  /** Throws `invalid` for a collection that was not declared. */
  collection(of: CollectionName): CollectionReference;
  /** Throws `invalid` for an id that no document of Firestore can have. */
  reference(of: CollectionName, id: string): DocumentReference;
  /** A copy as it is to be written. */
  encode(into: CollectionName, document: Document): DocumentData;
  /** What an increment is to merge into the document. Throws `invalid` for anything but integers. */
  encodeIncrement(
    into: CollectionName,
    id: string,
    by: { readonly [field: string]: number },
  ): WithFieldValue<DocumentData>;
  /** A fresh copy; undefined for a document that is missing. */
  decode<D extends Document>(from: Collection<D>, snapshot: DocumentSnapshot): D | undefined;
}

export function createDocuments(sdk: Sdk, declared: ReadonlySet<string>): Documents {
  const collection = (of: CollectionName) => sdk.db.collection(checkedName(of, declared));
  return {
    sdk,
    collection,
    reference: (of, id) => collection(of).doc(checkedId(id)),
    encode: (into, document) => encode(sdk, into, document),
    encodeIncrement: (into, id, by) => encodeIncrement(sdk, into, id, by),
    decode: (from, snapshot) => decode(sdk, from, snapshot),
  };
}

export function checkedName({ name }: CollectionName, declared: ReadonlySet<string>): string {
  if (declared.has(name)) return name;
  throw new PlatformError('invalid', `The collection ${name} was not declared when the store was opened.`);
}

/** Source: https://firebase.google.com/docs/firestore/quotas#collections_documents_and_fields */
export function checkedId(id: unknown): string {
  if (
    typeof id === 'string' &&
    id !== '' &&
    id !== '.' &&
    id !== '..' &&
    !/\/|^__.*__$/s.test(id) &&
    id.isWellFormed() &&
    Buffer.byteLength(id) <= ID_BYTES_MAX
  ) {
    return id;
  }
  throw new PlatformError('invalid', 'A document cannot have this id: it is empty, too long or of a reserved form.');
}

const ID_BYTES_MAX = 1_500;

/** Through a JSON text, so that what is left out and what is not is decided exactly as by the embedded store. */
function encode({ Timestamp }: Sdk, { name, expires }: CollectionName, document: Document): DocumentData {
  const data = JSON.parse(JSON.stringify(document)) as DocumentData;
  const time: unknown = expires === undefined ? undefined : data[expires];
  if (expires === undefined || time === undefined) return data;
  if (!Number.isSafeInteger(time)) {
    throw new PlatformError('invalid', `Expected integer milliseconds in ${expires} of ${name}.`);
  }
  return { ...data, [expires]: Timestamp.fromMillis(Number(time)) };
}

function encodeIncrement(
  { FieldValue }: Sdk,
  { name, expires }: CollectionName,
  id: string,
  by: { readonly [field: string]: number },
): WithFieldValue<DocumentData> {
  const steps = Object.entries(by);
  if (!steps.every(([, step]) => Number.isSafeInteger(step))) {
    throw new PlatformError('invalid', 'An increment adds integers.');
  }
  if (expires !== undefined && expires in by) {
    throw new PlatformError('invalid', `The field ${expires} of ${name} is a time and cannot be incremented.`);
  }
  return { ...Object.fromEntries(steps.map(([field, step]) => [field, FieldValue.increment(step)])), id };
}

/** The id is the name that the document has, also for one that was made by hand. */
function decode<D extends Document>(
  { Timestamp }: Sdk,
  { expires }: Collection<D>,
  snapshot: DocumentSnapshot,
): D | undefined {
  const data = snapshot.data();
  if (data === undefined) return undefined;
  const time: unknown = expires === undefined ? undefined : data[expires];
  const times = expires !== undefined && time instanceof Timestamp ? { [expires]: time.toMillis() } : {};
  return { ...data, ...times, id: snapshot.id } as D;
}
