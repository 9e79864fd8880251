/**
 * Whom a request's jobs belong to and count against. A customer id from the body counts only with a server key, whose
 * holder has authenticated that customer; an address is never taken from what a client can write.
 */
import type { Context } from 'koa';
import type { Upload } from '../common/documents.ts';
import { pseudonym } from '../common/ids.ts';
import type { Job, Owner } from '../common/job.ts';
import type { Settings } from '../common/settings.ts';
import type { Caller, CallerOf } from './auth/caller.ts';
import { networkOf } from './client-address.ts';

export type Shopper = CallerOf<'session'> | CallerOf<'server'>;

export function shopperOf(ctx: Context): Shopper {
  return ctx.state.caller as Shopper;
}

export function ownerOf(ctx: Context, shopper: Shopper, settings: Settings, customerId?: string): Owner {
  if (shopper.kind === 'server') return customerId === undefined ? {} : { customer: customerId };
  const { session, customer } = shopper;
  return { session, ...(customer !== undefined ? { customer } : {}), ipHash: addressHash(ctx, settings) };
}

/** The client's address or /64 as a digest, which is all that is ever kept of it. */
export function addressHash(ctx: Context, { idSecret }: Pick<Settings, 'idSecret'>): string {
  return pseudonym(idSecret, ['ip', networkOf(String(ctx.state.address))]);
}

/** Whether the caller may see the job or batch; one of somebody else has to answer like a missing one. */
export function maySee(caller: Caller, job: Pick<Job, 'shop' | 'ownerUid'>): boolean {
  if (caller.kind === 'admin') return true;
  if (caller.kind === 'server') return job.shop === caller.shop;
  return caller.kind === 'session' && job.ownerUid === caller.ownerUid;
}

/** Whether the upload is the caller's own; a server may use those of its shop. */
export function maySeeUpload(ctx: Context, upload: Upload): boolean {
  const shopper = shopperOf(ctx);
  if (upload.shop !== shopper.shop) return false;
  return shopper.kind === 'server' || upload.ownerUid === shopper.ownerUid;
}
