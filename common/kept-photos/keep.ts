/**
 * A shopper orders although no picture can be drawn now: the photo is kept for the order, with what is wanted of it. The
 * upload, which lives for a day, then lives for thirty, in the folder of photos; how many, a shopper and an address are
 * held to, and all shoppers of a shop together, so that nobody fills the bucket.
 */
import { quotas, uploads } from '../collections.ts';
import type { PhotoWish, Upload } from '../documents.ts';
import type { Engine } from '../engine.ts';
import { digestOf } from '../ids.ts';
import type { Owner } from '../job.ts';
import { dayOf, endOfDay, readHold, type Scope } from '../quota.ts';

/** An order has a handful of prints. */
const KEPT_PER_DAY = 5;
/** A family, or an office. */
const KEPT_PER_DAY_BY_ADDRESS = 20;
/** Photos of 20 MiB from any number of addresses stay below 300 GB in the thirty days that they live. */
const KEPT_PER_DAY_BY_SHOP = 500;

export interface PhotoToKeep {
  readonly wish: PhotoWish;
  readonly owner: Owner;
  /** Checked: what is kept can be drawn. */
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

export type KeptPhoto =
  | { readonly kind: 'kept'; readonly upload: Upload }
  /** `resetAt`: when there is room again. */
  | { readonly kind: 'full'; readonly resetAt: number }
  | { readonly kind: 'missing' };

/** Idempotent; kept again, the wish is another one as long as nothing was drawn, and neither time nor count begin anew. */
export async function keepPhoto(engine: Engine, upload: Upload, photo: PhotoToKeep): Promise<KeptPhoto> {
  const scopes = keptScopes(upload.shop, photo.owner, engine.clock.now());
  return engine.line(
    scopes.map(({ id }) => id),
    async () => {
      if (upload.keptAt !== undefined) return note(engine, upload, photo, scopes);
      const now = engine.clock.now();
      // Before anything is stored for nothing.
      if ('exceeded' in (await readHold(engine.store, scopes, now))) return { kind: 'full', resetAt: endOfDay(now) };
      const path = photoPath(upload.id);
      await engine.bucket.put(path, photo.bytes, { contentType: photo.contentType });
      const kept = await note(engine, upload, photo, scopes);
      if (kept.kind !== 'kept') await engine.bucket.delete(path);
      return kept;
    },
  );
}

/** Where the rule of thirty days reaches it. */
export function photoPath(uploadId: string): string {
  return `inputs/${uploadId}/photo`;
}

function note(engine: Engine, { id }: Upload, photo: PhotoToKeep, scopes: readonly Scope[]): Promise<KeptPhoto> {
  const { wish, owner, bytes, contentType } = photo;
  return engine.store.transaction(async (tx): Promise<KeptPhoto> => {
    const now = engine.clock.now();
    const before = await tx.get(uploads, id);
    if (!before) return { kind: 'missing' };
    if (before.keptAt !== undefined) {
      const upload = before.jobId === undefined ? { ...before, wish } : before;
      tx.set(uploads, upload);
      return { kind: 'kept', upload };
    }
    const hold = await readHold(tx, scopes, now);
    if ('exceeded' in hold) return { kind: 'full', resetAt: endOfDay(now) };
    const { ipHash: _, ...who } = owner;
    const kept = { path: photoPath(id), contentType, bytes: bytes.length, keptAt: now, wish, owner: who };
    const upload: Upload = { ...before, ...kept, expireAt: now + engine.limits.retentionMs };
    for (const document of hold.documents) tx.set(quotas, document);
    tx.set(uploads, upload);
    return { kind: 'kept', upload };
  });
}

/** Whom a photo counts against; empty for a shop's own server. */
export function keptScopes(shop: string, { customer, session, ipHash }: Owner, nowMs: number): Scope[] {
  const shopper = customer ?? session;
  if (shopper === undefined) return [];
  const id = (kind: string, who: string) => `${dayOf(nowMs)}-kept-${digestOf([shop, kind, who]).slice(0, 32)}`;
  return [
    { id: id(customer === undefined ? 'session' : 'customer', shopper), limit: KEPT_PER_DAY },
    ...(ipHash === undefined ? [] : [{ id: id('ip', ipHash), limit: KEPT_PER_DAY_BY_ADDRESS }]),
    { id: id('shop', shop), limit: KEPT_PER_DAY_BY_SHOP },
  ];
}
