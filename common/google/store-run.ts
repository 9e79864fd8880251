/**
 * One run of a transaction's work over the SDK's transaction. It notes what is read and written, for the turn that a
 * lost run waits for (`store-turns.ts`), and which read failed: nothing in the work can hide that from the retry.
 */
import type { DocumentReference, Transaction as FirestoreTransaction } from '@google-cloud/firestore';
import type { Collection, Document, Query, Transaction } from '../platform/store.ts';
import { pageOf } from './store-cursors.ts';
import type { Documents } from './store-documents.ts';
import { checked, translate } from './store-errors.ts';
import { compileQuery } from './store-queries.ts';

export interface Run {
  readonly tx: Transaction;
  /** From here on every call of `tx` throws. */
  end(): void;
  /** The first read that failed, if one did: the run has failed then, whatever the work made of it. */
  failure(): { readonly error: unknown } | undefined;
  throwFailure(): void;
  /** Names of what this run may have lost on. */
  lanes(): readonly string[];
}

type Reading = <T>(name: string, call: () => Promise<T>) => Promise<T>;
type Writing = (reference: DocumentReference, call: () => void) => void;

export function beginRun(documents: Documents, inner: FirestoreTransaction): Run {
  const read = new Set<string>();
  const written = new Set<string>();
  let failed: { readonly error: unknown; readonly name: string } | undefined;
  let ended = false;
  // One read after the other: the emulator never answers some of those that one transaction makes at the same time.
  let previous: Promise<unknown> = Promise.resolve();

  const insist = (right: boolean, sentence: string) => {
    if (ended) throw new Error('The transaction has ended: its work has to await everything it does.');
    if (!right) throw new Error(sentence);
  };
  const reading: Reading = async (name, call) => {
    insist(written.size === 0, 'In a transaction all reads come before the first write.');
    read.add(name);
    const answer = previous.then(call);
    previous = answer.catch(() => {});
    return answer.catch(error => {
      failed ??= { error, name };
      throw translate(error);
    });
  };
  const writing: Writing = (reference, call) => {
    insist(true, '');
    checked(call);
    written.add(reference.path);
  };

  return {
    tx: { ...readingHalf(documents, inner, reading), ...writingHalf(documents, inner, writing) },
    end() {
      ended = true;
    },
    failure: () => failed,
    throwFailure() {
      if (failed) throw failed.error;
    },
    lanes() {
      if (failed) return [failed.name];
      // What all read and few write, such as a switch, must not hold up those who lost on something else.
      const both = read.intersection(written);
      return [...(both.size > 0 ? both : read)];
    },
  };
}

function readingHalf(
  documents: Documents,
  inner: FirestoreTransaction,
  reading: Reading,
): Pick<Transaction, 'get' | 'list'> {
  return {
    async get<D extends Document>(from: Collection<D>, id: string) {
      const reference = documents.reference(from, id);
      return documents.decode(from, await reading(reference.path, () => inner.get(reference)));
    },
    async list<D extends Document>(query: Query<D>) {
      const compiled = compileQuery(documents, query);
      return pageOf(documents, query, await reading(query.from.name, () => inner.get(compiled)));
    },
  };
}

function writingHalf(
  documents: Documents,
  inner: FirestoreTransaction,
  writing: Writing,
): Pick<Transaction, 'set' | 'increment' | 'delete'> {
  return {
    set(into, document) {
      const reference = documents.reference(into, document.id);
      writing(reference, () => inner.set(reference, documents.encode(into, document)));
    },
    increment(into, id, by) {
      const reference = documents.reference(into, id);
      writing(reference, () => inner.set(reference, documents.encodeIncrement(into, id, by), { merge: true }));
    },
    delete(from, id) {
      const reference = documents.reference(from, id);
      writing(reference, () => inner.delete(reference));
    },
  };
}
