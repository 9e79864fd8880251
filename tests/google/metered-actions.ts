/**
 * The actions of a job's life and of the service itself, each done once and metered, in an order in which each finds
 * what it needs. Nothing else happens meanwhile, so that each count is exact.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { claim } from '../../common/jobs/claim.ts';
import { finish } from '../../common/jobs/finish.ts';
import { renew } from '../../common/jobs/renew.ts';
import { RINGING_MS } from '../../common/jobs/ring.ts';
import { lastSweepAt, sweep } from '../../common/jobs/sweep.ts';
import { waitFor } from '../wait-for.ts';
import { createMeter, type Meter, NOTHING, type Operations, plus } from './meter.ts';
import type { WholeWorld } from './whole-world.ts';

export type Action = keyof Awaited<ReturnType<typeof meterActions>>;

/** The session of a shopper who has a customer's account nowhere: counted by session and by address. */
interface Shopper {
  readonly world: WholeWorld;
  readonly meter: Meter;
  readonly token: string;
}

interface JobAnswer {
  readonly id: string;
  readonly status: string;
  readonly output?: { readonly url: string; readonly previewUrl: string };
}

const WISH = { style: 'ink-wash' };
const TEST_RESUMES: Operations = { ...NOTHING, tasks: 1 };

export async function meterActions(world: WholeWorld) {
  const meter = createMeter(world);
  const { api, keys } = world;
  let token = '';
  const session = await meter.measure(async () => {
    token = ((await (await api.call('POST', '/v1/sessions', { token: keys.storefront })).json()) as { token: string })
      .token;
  });
  meter.remember(token);
  const shopper = { world, meter, token };
  const styles = await meter.measure(() => api.call('GET', '/v1/styles', { token }));
  const quota = await meter.measure(() => api.call('GET', '/v1/quota', { token }));
  const drawn = await meterDrawnJob(shopper);
  const waited = await meterWaits(shopper, drawn.run);
  return { session, styles, quota, ...drawn, ...waited, ...(await meterService(world, meter)) };
}

/** One job from its submit to its erasure. */
async function meterDrawnJob({ world, meter, token }: Shopper) {
  const { api, keys, worker } = world;
  const headers = { 'Idempotency-Key': 'order-1' };
  await worker.queue.pause('interactive');
  let id = '';
  const submit = await meter.measure(async () => {
    id = (await jobIn(api.submit(WISH, { token, headers }), 202)).id;
  });
  // By then a repeat rings as well, as if the first had not come to it.
  await sleep(RINGING_MS);
  const repeated = await meter.measure(() => jobIn(api.submit(WISH, { token, headers }), 202));
  const path = `/v1/jobs/${id}`;
  const poll = await meter.measure(() => jobIn(api.call('GET', path, { token }), 200));
  const pollByServer = await meter.measure(() => jobIn(api.call('GET', path, { token: keys.server }), 200));

  const run = await meterRun({ world, meter, token });
  let done: JobAnswer | undefined;
  const pollDone = await meter.measure(async () => {
    done = await jobIn(api.call('GET', path, { token }), 200);
  });
  assert.is(done?.status, 'succeeded');
  let etag = '';
  const unchanged = await meter.measure(
    async () => {
      const headers = { 'If-None-Match': etag };
      assert.is((await api.call('GET', path, { token, headers })).status, 304);
    },
    // Its URLs, and the ETag with them, change every 15 minutes.
    { prepare: async () => (etag = (await api.call('GET', path, { token })).headers.get('etag') ?? '') },
  );
  const download = await meter.measure(async () => {
    for (const url of [done?.output?.previewUrl, done?.output?.url]) assert.is((await fetch(url ?? '')).status, 200);
  });
  const again = await meter.measure(() => claim(worker, id));
  const reused = await meter.measure(() => jobIn(api.submit(WISH, { token }), 200));
  const erase = await meter.measure(async () => {
    assert.is((await api.call('DELETE', path, { token })).status, 200);
    await meter.delivered();
  });
  return { submit, repeated, poll, pollByServer, run, pollDone, unchanged, download, again, reused, erase };
}

/** Waiting for jobs, giving them up, and many at once. */
async function meterWaits(shopper: Shopper, run: Operations) {
  const { world, meter, token } = shopper;
  const { api, worker } = world;
  await worker.queue.pause('interactive');
  const watched = await submitAs(shopper, 1);
  const waitUnchanged = await meter.measure(() =>
    jobIn(api.call('GET', `/v1/jobs/${watched}`, { token, headers: { Prefer: 'wait=1' } }), 200),
  );
  const whole = await meter.measure(async () => {
    const waiting = untilDone(shopper, watched);
    await worker.queue.resume('interactive');
    assert.is((await waiting).status, 'succeeded');
    await meter.delivered();
  });
  // The wait alone: what remains without the run that it waited for.
  const wait = plus(plus(whole, TEST_RESUMES, -1), run, -1);

  await worker.queue.pause('interactive');
  const beating = await submitAs(shopper, 2);
  assert.is((await claim(worker, beating)).kind, 'claimed');
  const heartbeat = await meter.measure(() => renew(worker, beating, 1));
  await finish(worker, beating, 1, { kind: 'canceled', called: false });
  const given = await submitAs(shopper, 3);
  const cancel = await meter.measure(async () => {
    assert.is((await jobIn(api.call('POST', `/v1/jobs/${given}/cancel`, { token }), 200)).status, 'canceled');
  });
  return { waitUnchanged, wait, heartbeat, cancel, submitSoon: await meterSubmitSoon(shopper) };
}

/** Right behind one another: all but the first find what was spent remembered, and so have the fewest reads. */
async function meterSubmitSoon(shopper: Shopper): Promise<Operations> {
  const each: Operations[] = [];
  for (const variation of [4, 5, 6]) {
    each.push(await shopper.meter.measure(() => submitAs(shopper, variation), { soon: true }));
  }
  return each.reduce((least, one) => (one.reads < least.reads ? one : least));
}

/** What happens without any job. */
async function meterService({ api, keys, worker }: WholeWorld, meter: Meter) {
  await worker.queue.resume('interactive');
  await meter.delivered();
  // The first one counts the hours before, which the ones after it find counted.
  await sweep(worker);
  const nothingDue = await meter.measure(() => sweep(worker));
  const lookForSweep = await meter.measure(() => lastSweepAt(worker));
  const ready = await meter.measure(() => api.call('GET', '/ready', { token: keys.server }));
  const metrics = await meter.measure(() => api.call('GET', '/metrics', { token: keys.admin }));
  // One that is over and whose days are none of the last seven, so that it is as many reads on every day.
  const costs = await meter.measure(() => api.call('GET', '/v1/admin/costs?month=2025-01', { token: keys.admin }));
  return { nothingDue, lookForSweep, ready, metrics, costs };
}

/** From the delivery to the drawn picture; the queue was paused until now. */
async function meterRun({ world, meter }: Shopper): Promise<Operations> {
  const measured = await meter.measure(async () => {
    await world.worker.queue.resume('interactive');
    await meter.delivered();
  });
  return plus(measured, TEST_RESUMES, -1);
}

/** As a page waits, to the end alone: the call, once the job is watched for it. */
async function untilDone({ world: { api, firestore }, token }: Shopper, id: string): Promise<JobAnswer> {
  const before = firestore.billed().reads;
  // The third change is the end: taken in, claimed, drawn.
  const answer = api.call('GET', `/v1/jobs/${id}?after=2`, { token, headers: { Prefer: 'wait=20' } });
  await waitFor('the watch', () => firestore.billed().reads >= before + 2);
  return jobIn(answer, 200);
}

async function submitAs({ world, token }: Shopper, variation: number): Promise<string> {
  const fields = { ...WISH, options: JSON.stringify({ variation }) };
  return (await jobIn(world.api.submit(fields, { token }), 202)).id;
}

async function jobIn(answering: Promise<Response>, status: number): Promise<JobAnswer> {
  const answer = await answering;
  const body = (await answer.json()) as JobAnswer;
  assert.is(answer.status, status, JSON.stringify(body));
  return body;
}
