/**
 * A customer who wants as much work as there is to be had, over HTTP: one job after the other, until no more are taken
 * that day. The test has the worker running, over a model that answers as it likes.
 */
import * as assert from 'uvu/assert';
import { quotas } from '../../common/collections.ts';
import type { Job } from '../../common/job.ts';
import { LIMITS } from '../../common/limits.ts';
import { endOfDay, type Pool, scopesOf } from '../../common/quota.ts';
import type { ApiWorld } from '../api-world.ts';
import { waitFor } from '../wait-for.ts';

/** Pictures a day in `tests/world.ts`. */
export const POOLS = { named: 10, custom: 3 } as const;

export interface Customer {
  readonly world: ApiWorld;
  readonly pool: Pool;
  /** A server key, which names the customer, or a session's token. */
  readonly as: string;
  readonly customerId?: string;
}

export async function customerOf(world: ApiWorld, pool: Pool): Promise<Customer> {
  return { world, pool, as: await world.key('server'), customerId: 'customer-7' };
}

/** A wish that no test here has come to: a picture that exists would be handed out for nothing. */
const NOT_DRAWN = 49;
const STYLES = ['ink-wash', 'pen-and-marker', 'post-impressionist', 'fine-art-bw', 'charcoal'];

/** Each number is another wish. */
export function submit({ world, pool, as, customerId }: Customer, number: number) {
  const style = STYLES[Math.floor(number / 10) % STYLES.length];
  const wish = pool === 'named' ? { style, options: { variation: number % 10 } } : { prompt: `wish ${number}` };
  return world.submit({ as }, { ...wish, ...(customerId === undefined ? {} : { customerId }) });
}

/** One job after the other until no more are taken; how each ended. */
export async function pump(customer: Customer, toEnd: ToEnd): Promise<string[]> {
  const ends: string[] = [];
  for (;;) {
    const calls = customer.world.model.calls.length;
    const { status, body } = await submit(customer, ends.length);
    if (status !== 202) return ends;
    const { status: end, charge } = await toEnd(customer, body.id, calls);
    ends.push(`${end}, ${charge}`);
  }
}

/** @param calls Calls of the model before the job was submitted. */
export type ToEnd = (customer: Customer, id: string, calls: number) => Promise<Job>;

export const ended: ToEnd = ({ world }, id) => world.done(id);

/** Given up while the model is drawing; the worker hears of it by its next heartbeat. */
export const canceledInCall: ToEnd = async (customer, id, calls) => {
  const { world } = customer;
  await waitFor('the call', () => world.model.calls.length > calls);
  assert.is((await cancel(customer, id)).cancelRequested, true);
  await world.clock.advance(LIMITS.heartbeatMs);
  return world.done(id);
};

export async function cancel({ world, as }: Customer, id: string): Promise<Job> {
  const { status, body } = await world.call<Job>(`POST /v1/jobs/${id}/cancel`, { as });
  assert.is(status, 200);
  return body;
}

export async function holdDayIsOver(customer: Customer): Promise<void> {
  const { world, pool, as, customerId } = customer;
  const refused = await submit(customer, NOT_DRAWN);
  assert.equal([refused.status, refused.body.code], [429, 'quota_exceeded']);
  const midnight = endOfDay(world.clock.now());
  assert.is(Number(refused.headers['retry-after']), Math.ceil((midnight - world.clock.now()) / 1_000));
  const { body } = await world.call<{ pools: Record<Pool, { remaining: number }> }>(
    `GET /v1/quota?customerId=${customerId}`,
    { as },
  );
  const other = pool === 'named' ? 'custom' : 'named';
  assert.equal([body.pools[pool].remaining, body.pools[other].remaining], [0, POOLS[other]]);
}

/** From the store: GET /v1/quota may answer from its memory. */
export async function counted({ world, pool, customerId = '' }: Customer) {
  const { settings, clock, store } = world.engine;
  const [scope] = scopesOf('default', { customer: customerId }, pool, settings, clock.now());
  const quota = await store.get(quotas, scope?.id ?? '');
  return { held: quota?.held, releasedCalls: quota?.releasedCalls };
}
