/**
 * The record of what operators did. Each change of theirs is written in one transaction with an entry that says who, what
 * and why: there is neither a change without an entry nor an entry without its change. Entries are only ever added; after
 * 400 days, a year and its audit, the platform deletes them.
 */
import { audit } from './collections.ts';
import type { AuditEntry } from './documents.ts';
import type { Engine } from './engine.ts';
import { newId } from './ids.ts';
import { DAY_MS } from './limits.ts';
import type { Collection, Document, Transaction } from './platform/store.ts';

export const AUDIT_ACTIONS = [
  'key.create',
  'key.revoke',
  'shop.create',
  'shop.update',
  'budget.override',
  'budget.reset',
  'costs.rebuild',
  'intake.close',
  'intake.open',
  'queue.pause',
  'queue.resume',
  'webhook.replay',
  'webhook.rotate',
  'job.retry',
  'job.cancel',
  'job.expire',
  'job.erase',
  'photo.draw',
  'bulk.plan',
  'bulk.apply',
  'bulk.abort',
  'model.hold',
  'model.release',
  'ceiling.set',
  'ceiling.clear',
  'customer.erase',
  'customer.export',
  'shop.erase',
  'privacy.ask',
  'privacy.close',
  'privacy.done',
  'style.create',
  'style.edit',
  'style.discard',
  'style.remove',
  'style.publish',
  'style.on',
  'style.off',
  'style.reorder',
  'style.try',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

const KEPT_MS = 400 * DAY_MS;

export type Acting = Pick<Engine, 'store' | 'clock' | 'random'>;

/** Who does something, and why. */
export interface By {
  readonly actor: string;
  readonly reason?: string;
}

/** What is done to what. Neither may bear a secret: entries are read by everybody who may read at all. */
export interface Act {
  readonly action: AuditAction;
  /** Such as `shops/default` or `intake`. */
  readonly target: string;
  /** What changed, in a sentence. */
  readonly detail?: string;
}

/** Made before its transaction, so that one that runs twice writes one entry. */
export type Entry = Pick<AuditEntry, 'id' | 'at'>;

export function openEntry({ clock, random }: Pick<Engine, 'clock' | 'random'>): Entry {
  return { id: newId('aud', clock, random), at: clock.now() };
}

/** A write: all reads of the transaction come before it. */
export function record(tx: Transaction, { id, at }: Entry, did: By & Act): void {
  const { actor, action, target, reason, detail } = did;
  tx.set(audit, {
    id,
    at,
    actor,
    action,
    target,
    ...(reason !== undefined ? { reason } : {}),
    ...(detail !== undefined ? { detail } : {}),
    expireAt: at + KEPT_MS,
  });
}

/** The document as it is afterwards, or why it was left alone. */
export type Outcome<D, R extends string = never> = { readonly document: D } | { readonly refused: R };

/** What is to become of a document. Without `did` it is as wanted already, and nothing is written. */
export type Decision<D, R extends string> = { readonly document: D; readonly did?: Act } | { readonly refused: R };

/**
 * Changes one document in the name of an operator. `decide` is given the document as it is and may read more; it may run
 * several times. Should a commit have succeeded although its answer was lost, the entry is there, and the document is
 * left as it is by now: somebody else may have changed it since.
 */
export async function change<D extends Document, R extends string = never>(
  acting: Acting,
  { from, id, by }: { readonly from: Collection<D>; readonly id: string; readonly by: By },
  decide: (before: D | undefined, tx: Transaction) => Promise<Decision<D, R>>,
): Promise<Outcome<D, R>> {
  const entry = openEntry(acting);
  return acting.store.transaction(async tx => {
    const before = await tx.get(from, id);
    if (before && (await tx.get(audit, entry.id))) return { document: before };
    const decided = await decide(before, tx);
    if ('refused' in decided || !decided.did) return decided;
    tx.set(from, decided.document);
    record(tx, entry, { ...by, ...decided.did });
    return { document: decided.document };
  });
}

/** As the details of entries tell an end, so that they read alike. */
export function untilText(ms: number): string {
  return `until ${new Date(ms).toISOString()}`;
}
