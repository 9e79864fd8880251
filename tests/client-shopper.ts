/**
 * A shopper who uses the client on a line that is bad, and what has to be true of the shop when the picture has come.
 */
import { createHash } from 'node:crypto';
import * as assert from 'uvu/assert';
import {
  createEaselClient,
  type EaselClient,
  type EaselClientOptions,
  type Job,
  type SubmitOptions,
} from '../api/web/easel-client.ts';
import { type BadLine, FAULTS, openBadLine } from './doubles/bad-line.ts';
import { PHOTO, QUICK_OPTIONS, type Service } from './service.ts';

export const PHOTO_BLOB = new Blob([new Uint8Array(PHOTO)]);
export const WISH = { image: PHOTO_BLOB, style: 'charcoal', options: QUICK_OPTIONS };
/** The line tells the service where its shopper comes from: an address opens 20 sessions an hour. */
export const BEHIND_A_PROXY = { TRUSTED_HOPS: '1' };
/** So many shoppers at once: they mostly wait. */
const AT_ONCE = 8;

export interface Shopper {
  readonly line: BadLine;
  readonly client: EaselClient;
  /** Names the job among all of the shop. */
  readonly order: string;
}

/** A request of the client, and the way on which it is made. */
export interface Step {
  readonly name: RegExp;
  readonly via?: SubmitOptions['via'];
  readonly polls?: true;
}

export async function enter(
  service: Service,
  { order, index = 0, ...options }: { order: string; index?: number } & Partial<EaselClientOptions>,
): Promise<Shopper> {
  const line = await openBadLine({ from: `192.0.2.${index + 1}` });
  const { storefront } = await service.keys();
  const { environment, ...others } = options;
  const client = createEaselClient({
    ...{ url: service.url(), key: storefront, ...others },
    environment: { fetch: line.fetch, ...environment },
  });
  return { line, client, order };
}

/** Every fault once, each with a shopper of its own, to the first request of this name. */
export async function everyFault(
  service: Service,
  what: string,
  { name, via = 'form', polls }: Step,
  options: Partial<EaselClientOptions> = {},
): Promise<void> {
  await eachOf(FAULTS, async (fault, index) => {
    const shopper = await enter(service, { order: `${what}, ${fault}`, index, ...options });
    const { line, client, order } = shopper;
    let befallen = 0;
    line.plan(request => (name.test(request) && befallen++ === 0 ? fault : undefined));
    const job = await client.submit({ ...WISH, customId: order }, { via });
    const done = await client.wait(job, { by: polls ? 'polls' : 'events' });
    const picture = await client.download(done);
    assert.ok(befallen > 0, `${order} happened`);
    await holdsOneOf(service, shopper, { done, picture });
    await line.close();
  });
}

/** One job under this order, one picture counted, and its bytes whole. */
export async function holdsOneOf(
  service: Service,
  { client, order }: Pick<Shopper, 'client' | 'order'>,
  { done, picture }: { done: Job; picture: Blob },
): Promise<void> {
  const path = `/v1/jobs?customId=${encodeURIComponent(order)}`;
  const { body } = await service.call<{ jobs: Job[] }>('GET', path);
  const found = body.jobs.map(({ id, status, charge, attempt }) => [id, status, charge, attempt]);
  assert.equal(found, [[done.id, 'succeeded', 'captured', 1]], order);
  assert.is((await client.quota()).pools.named.remaining, 9, order);
  const digest = createHash('sha256')
    .update(Buffer.from(await picture.arrayBuffer()))
    .digest('hex');
  assert.is(digest, done.output?.sha256, order);
}

export async function eachOf<T>(items: readonly T[], work: (item: T, index: number) => Promise<void>): Promise<void> {
  const left = [...items.entries()];
  const lane = async () => {
    for (let next = left.shift(); next; next = left.shift()) await work(next[1], next[0]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}
