/**
 * Whom a request's jobs belong to and count against. A customer id from the body counts only with a server key, whose
 * holder has authenticated that customer; an address is taken from the connection, never from a header.
 */
import type { Context } from 'koa';
import type { Upload } from '../common/documents.ts';
import { pseudonym } from '../common/ids.ts';
import type { Job, Owner } from '../common/job.ts';
import { ownerUid } from '../common/owners.ts';
import type { Settings } from '../common/settings.ts';
import type { Caller, CallerOf } from './auth/caller.ts';

export type Shopper = CallerOf<'session'> | CallerOf<'server'>;

export function shopperOf(ctx: Context): Shopper {
  return ctx.state.caller as Shopper;
}

export function ownerOf(ctx: Context, shopper: Shopper, settings: Settings, customerId?: string): Owner {
  if (shopper.kind === 'server') return customerId === undefined ? {} : { customer: customerId };
  const { session, customer } = shopper;
  const ipHash = pseudonym(settings.idSecret, ['ip', network(ctx.req.socket.remoteAddress ?? '')]);
  return { session, ...(customer !== undefined ? { customer } : {}), ipHash };
}

/** Whether the caller may see the job; a job of somebody else has to answer like a missing one. */
export function maySee(caller: Caller, job: Job, { idSecret }: Settings): boolean {
  if (caller.kind === 'admin') return true;
  if (caller.kind === 'server') return job.shop === caller.shop;
  return caller.kind === 'session' && job.ownerUid === ownerUid(idSecret, caller.shop, caller);
}

/** Whether the upload is the caller's own; a server may use those of its shop. */
export function maySeeUpload(ctx: Context, upload: Upload, settings: Settings): boolean {
  const shopper = shopperOf(ctx);
  if (upload.shop !== shopper.shop) return false;
  return shopper.kind === 'server' || upload.ownerUid === ownerUid(settings.idSecret, shopper.shop, shopper);
}

/** The address itself for IPv4, the /64 for IPv6: a household has one of the former and 2^64 of the latter. */
function network(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const left = head.split(':').filter(Boolean);
  const right = tail?.split(':').filter(Boolean) ?? [];
  const zeros = tail === undefined ? [] : Array<string>(8 - left.length - right.length).fill('0');
  const groups = [...left, ...zeros, ...right].slice(0, 4);
  return groups.map(group => Number.parseInt(group, 16).toString(16)).join(':');
}
