/**
 * What an export holds, part by part: batches, jobs, uploads and, where orders are named, the jobs of those that the
 * customer has ordered as a guest. Each part says where to go on after it.
 */
import type { Batch } from '../../common/batches/batch.ts';
import { batches, jobs, runs, uploads } from '../../common/collections.ts';
import type { Upload } from '../../common/documents.ts';
import { refuseField } from '../../common/field-errors.ts';
import type { Job } from '../../common/job.ts';
import { rfc3339 } from '../../common/job-face.ts';
import { photoOfRun } from '../../common/picture.ts';
import { isPlatformError } from '../../common/platform/errors.ts';
import type { Customer } from '../../common/privacy/forget-owner.ts';
import { orderedJobs, orderedPhotos } from '../../common/privacy/orders-pass.ts';
import { POOLS, poolState, quotaLimits, scopesOf } from '../../common/quota.ts';
import type { Api } from '../api.ts';
import { urlExpiry, viewJob } from '../job-view.ts';

const PAGE = 50;
const SECTIONS = ['batches', 'jobs', 'uploads', 'orders', 'photos'] as const;
/** What is looked for only where orders are named. */
const OF_ORDERS = 2;
type Section = (typeof SECTIONS)[number];

export interface Part {
  readonly lines: readonly object[];
  /** Where to go on after it; absent after the last part. */
  readonly next?: string;
}

interface From {
  readonly section: Section;
  readonly after?: string;
}

type Asked = Customer & { readonly orderIds: readonly string[] };

/** Throws `fields_invalid` for what is no cursor. */
export function readCursor(cursor: string | undefined): From {
  if (cursor === undefined) return { section: SECTIONS[0] };
  const section = SECTIONS.find(known => cursor.startsWith(`${known}:`));
  if (!section) return refuseField('cursor', 'expected "next" of the last line of an export');
  const after = cursor.slice(section.length + 1);
  return { section, ...(after === '' ? {} : { after }) };
}

/** The first line: whose export it is, and what is left of the day's pictures. */
export async function exportedCustomer(api: Api, { shop, customer }: Customer): Promise<object> {
  const { settings, clock, store } = api.engine;
  const limits = quotaLimits(settings, (await api.shops.find(shop))?.quotaPerDay);
  const now = clock.now();
  const quota: Record<string, object> = {};
  for (const pool of POOLS) {
    const { limit, remaining, resetAt } = await poolState(store, scopesOf(shop, { customer }, pool, limits, now), now);
    quota[pool] = { limit, remaining, resetAt: rfc3339(resetAt) };
  }
  return { type: 'customer', customerId: customer, shop, exportedAt: rfc3339(now), quota };
}

export async function* exportedParts(api: Api, asked: Asked, from: From): AsyncGenerator<Part> {
  const wanted = asked.orderIds.length > 0 ? SECTIONS : SECTIONS.slice(0, -OF_ORDERS);
  let { after } = from;
  for (const section of wanted.slice(wanted.indexOf(from.section))) {
    do {
      const page = await pageOf(api, asked, section, after);
      after = page.next;
      const following = wanted[wanted.indexOf(section) + 1];
      const next = after === undefined ? following && `${following}:` : `${section}:${after}`;
      yield { lines: page.lines, ...(next === undefined ? {} : { next }) };
    } while (after !== undefined);
  }
}

async function pageOf(api: Api, asked: Asked, section: Section, after: string | undefined) {
  try {
    return await READ[section](api, asked, after);
  } catch (error) {
    if (after === undefined || !isPlatformError(error, 'invalid')) throw error;
    return refuseField('cursor', 'expected "next" of the last line of this export');
  }
}

type Read = (
  api: Api,
  asked: Asked,
  after?: string,
) => Promise<{ lines: readonly object[]; next?: string | undefined }>;

const READ: { readonly [section in Section]: Read } = {
  async batches({ engine }, owner, after) {
    const { items, next } = await engine.store.list({ from: batches, ...ofOwner(owner, after) });
    return { lines: items.map(exportedBatch), next };
  },
  async jobs(api, owner, after) {
    const { items, next } = await api.engine.store.list({ from: jobs, ...ofOwner(owner, after) });
    return { lines: await Promise.all(items.map(job => exportedJob(api, job))), next };
  },
  async uploads(api, owner, after) {
    const { items, next } = await api.engine.store.list({ from: uploads, ...ofOwner(owner, after) });
    return { lines: await Promise.all(items.map(upload => exportedUpload(api, upload))), next };
  },
  async orders(api, { shop, ownerUid, orderIds }, after) {
    const { items, next } = await orderedJobs(api.engine, shop, after);
    // Those that are the customer's own were among the jobs.
    const theirs = items.filter(job => job.ownerUid !== ownerUid && job.orderIds?.some(id => orderIds.includes(id)));
    return { lines: await Promise.all(theirs.map(job => exportedJob(api, job))), next };
  },
  async photos(api, { shop, ownerUid, orderIds }, after) {
    const { items, next } = await orderedPhotos(api.engine, shop, after);
    const theirs = items.filter(one => one.ownerUid !== ownerUid && one.orderIds?.some(id => orderIds.includes(id)));
    return { lines: await Promise.all(theirs.map(upload => exportedUpload(api, upload))), next };
  },
};

function ofOwner({ shop, ownerUid }: Customer, after: string | undefined) {
  return {
    where: [
      ['shop', '==', shop],
      ['ownerUid', '==', ownerUid],
    ],
    limit: PAGE,
    ...(after === undefined ? {} : { after }),
  } as const;
}

function exportedBatch({ id, kind, createdAt, customId, metadata, total, jobIds }: Batch): object {
  return { type: 'batch', id, kind, createdAt: rfc3339(createdAt), customId, metadata, total, jobIds };
}

/** A photo that is kept for an order is there to be seen; another one was put where nobody has looked yet. */
async function exportedUpload(api: Api, upload: Upload): Promise<object> {
  const { id, contentType, bytes, createdAt, expireAt, wish, orderIds, path } = upload;
  return {
    ...{ type: 'upload', id, contentType, bytes, wish, orderIds },
    ...{ createdAt: rfc3339(createdAt), expiresAt: rfc3339(expireAt) },
    ...(await photoAt(api, path)),
  };
}

/** A signed address of the photo; nothing when it is gone, or not there yet. */
async function photoAt(api: Api, path: string | undefined): Promise<object> {
  const { bucket } = api.engine;
  if (path === undefined || (await bucket.stat(path)) === undefined) return {};
  const expiresAt = urlExpiry(api);
  return { input: { url: await bucket.signedReadUrl(path, { expiresAt }), urlExpiresAt: rfc3339(expiresAt) } };
}

/** As its shop's server sees it, with the customer's own words and photo. A style's instruction is the shop's. */
async function exportedJob(api: Api, job: Job): Promise<object> {
  const run = await api.engine.store.get(runs, job.id);
  const view = await viewJob(api, job, { released: true });
  return {
    type: 'job',
    ...view,
    ...(job.style === undefined && run && run.prompt !== '' ? { prompt: run.prompt } : {}),
    options: run?.options,
    ...(await photoAt(api, run && job.erasedAt === undefined ? photoOfRun(run) : undefined)),
  };
}
