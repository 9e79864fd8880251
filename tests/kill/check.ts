/**
 * Whether a service that was killed has kept its promises, judged from outside: by its API, the pictures themselves and
 * what the model's doubles have counted. Every broken promise is a sentence.
 */
import { createHash } from 'node:crypto';
import type { GeminiDouble } from '../doubles/gemini.ts';
import type { BatchDouble } from '../doubles/gemini-batch.ts';
import type { Receiver } from '../doubles/receiver.ts';
import { DONE_LIMIT_MS, download, type JobAnswer, type Service } from '../service.ts';
import { PLATFORM } from '../service-processes.ts';
import { waitFor } from '../wait-for.ts';
import { ITEMS, type Order, promptsOf } from './orders.ts';

interface Row {
  readonly billed?: string;
  readonly run: number;
  readonly endedAt?: string;
  readonly outcome?: string;
  readonly detail?: string;
}

/** As an operator sees it. */
interface Whole {
  readonly status: string;
  readonly run: number;
  readonly pending: readonly string[];
  readonly output?: { readonly expiresAt: string };
  readonly attemptRows: readonly Row[];
}

interface Judged {
  readonly service: Service;
  readonly gemini: GeminiDouble;
  readonly batches: BatchDouble;
  readonly receiver: Pick<Receiver, 'received'>;
  /** Processes that died or stood still so far: each may have cost one picture more. */
  readonly kills: number;
}

const POOL = 20;
export const QUOTAS = { QUOTA_CUSTOM_PER_DAY: `${POOL}`, QUOTA_NAMED_PER_DAY: `${POOL}` };
/** Pictures that no order keeps are gone after thirty days. */
const KEPT_DAYS = 100;
const DAY_MS = 86_400_000;
const COUNTS_LIMIT_MS = 10_000;

/** Of orders whose jobs have all ended. */
export async function brokenPromises(rig: Judged, orders: readonly Order[]): Promise<string[]> {
  const broken: string[] = [];
  for (const order of orders) {
    const jobs = await Promise.all(order.ids.map(async id => (await rig.service.call('GET', `/v1/jobs/${id}`)).body));
    for (const [index, job] of jobs.entries())
      await checkJob(rig, { job, order, prompt: promptsOf(order)[index], broken });
    if (order.batchId !== undefined && order.kind !== 'styles') await checkBatch(rig.service, order, broken);
    if (order.forgottenBy !== undefined) await checkForgotten(rig.service, order, broken);
    else if (order.kind === 'job' || order.kind === 'styles') await checkCustomer(rig.service, { order, jobs, broken });
  }
  checkUpstream(rig.batches, broken);
  return broken;
}

/** What the service itself finds wrong with its documents and pictures. */
export async function faultsFound(service: Service): Promise<string[]> {
  type Found = { readonly findings: readonly { readonly code: string; readonly severity: string }[] };
  const { admin } = await service.keys();
  const { body } = await service.call<Found>('GET', '/v1/admin/invariants', { key: admin });
  return body.findings.filter(({ severity }) => severity === 'fault').map(({ code }) => `the self-check finds ${code}`);
}

interface Checked {
  readonly job: JobAnswer;
  readonly order: Order;
  readonly prompt: string | undefined;
  readonly broken: string[];
}

async function checkJob(rig: Judged, { job, order, prompt, broken }: Checked): Promise<void> {
  const whole = await settled(rig.service, job.id);
  if (!job.done) broken.push(`${job.id} never ended: ${job.status}`);
  if (whole.pending.length > 0) broken.push(`${job.id} still has to ${whole.pending}`);
  if (job.charge === 'held') broken.push(`${job.id} ended ${job.status} and still holds a picture`);
  if (order.canceled && job.status !== 'canceled') broken.push(`${job.id} was canceled and is ${job.status}`);
  if (order.retried !== undefined && whole.run !== 1 + order.retried)
    broken.push(`${job.id} was opened again ${order.retried} times, and is at its run ${whole.run}`);
  if (order.webhook !== undefined) checkTold(rig, job, broken);
  if (prompt !== undefined) checkCalls(rig, { job, whole, prompt, broken });
  if (order.erased) return checkGone(rig.service, { job, order, broken });
  if (job.status !== 'succeeded') return;
  const { status, bytes } = await download(job.output?.url ?? '');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (status !== 200 || sha256 !== job.output?.sha256)
    broken.push(`${job.id} succeeded, and its picture answers ${status}`);
  const keptUntil = Date.parse(whole.output?.expiresAt ?? '') || 0;
  if (order.ordered && keptUntil < Date.now() + KEPT_DAYS * DAY_MS)
    broken.push(`${job.id} was sold, and is kept until ${whole.output?.expiresAt} only`);
}

/** What follows an end is done by tasks of its own. */
async function settled(service: Service, id: string): Promise<Whole> {
  const { admin } = await service.keys();
  let whole: Whole | undefined;
  const look = async () => {
    whole = (await service.call<Whole>('GET', `/v1/admin/jobs/${id}`, { key: admin })).body;
    return whole.pending.length === 0;
  };
  await waitFor(`what follows ${id}`, look, { limitMs: DONE_LIMIT_MS, everyMs: 100 }).catch(() => {});
  return whole as unknown as Whole;
}

async function checkGone(service: Service, { job, order, broken }: Omit<Checked, 'prompt'>): Promise<void> {
  const { status } = await service.call('GET', `/v1/jobs/${job.id}/output`);
  if (status === 302) broken.push(`${job.id} was erased, and its picture is handed out`);
  for (const address of order.urls ?? []) {
    const { pathname, search } = new URL(address);
    // On embedded the process that signed it may be gone; its successor answers for the same objects.
    const url = PLATFORM === 'embedded' ? `${service.url()}${pathname}${search}` : address;
    if ((await download(url)).status === 200) broken.push(`${job.id} was erased, and ${pathname} is still there`);
  }
}

/** Each call of the model stands in the job's ledger, and pictures beyond the first have a death to show for it. */
function checkCalls(
  { gemini, batches, kills }: Judged,
  {
    job,
    whole,
    prompt,
    broken,
  }: Omit<Checked, 'order' | 'prompt'> & { readonly whole: Whole; readonly prompt: string },
): void {
  const together = batches.batches.filter(({ items }) => items.some(({ key }) => key === job.id));
  const calls = gemini.calls({ prompt }) + together.length;
  const pictures = gemini.billed({ prompt }).pictures + together.filter(({ billed }) => billed.length > 0).length;
  const rows = whole.attemptRows;
  const onRecord = rows.filter(({ billed }) => billed !== 'no').length;
  if (calls > rows.length) broken.push(`${calls} calls for ${job.id}, ${rows.length} on record`);
  if (pictures > onRecord) broken.push(`${pictures} pictures of ${job.id} were drawn, ${onRecord} on record as billed`);
  // Whose heartbeat came too late, on a machine that is very busy, is dead to the others: it is on record as that.
  const lost = rows.filter(({ outcome, detail }) => outcome === 'crashed' || /: lost$/.test(detail ?? '')).length;
  if (pictures > 1 + kills + lost) {
    const ledger = rows.map(({ outcome, detail }) => `${outcome}${detail ? `: ${detail}` : ''}`);
    broken.push(`${pictures} pictures of ${job.id} after ${kills} deaths (${ledger.join('; ')})`);
  }
}

/** At least once, under one id whoever tells it, and again after a death alone. */
function checkTold({ receiver, kills }: Judged, { id, status }: JobAnswer, broken: string[]): void {
  const told = receiver.received.filter(({ data }) => data.id === id);
  const names = new Set(told.map(message => message.id));
  if (names.size !== 1 || told.some(({ type }) => type !== `job.${status}`))
    broken.push(`${id} ended ${status}, and its shop was told ${JSON.stringify(told.map(({ type }) => type))}`);
  if (told.length > 1 + kills) broken.push(`${id} was told ${told.length} times after ${kills} deaths`);
}

/** Its counts are a snapshot, up to two seconds old. */
async function checkBatch(service: Service, { batchId, ids }: Order, broken: string[]): Promise<void> {
  type Batch = { readonly done: boolean; readonly counts: { readonly [status: string]: number } };
  let counts: Batch['counts'] = {};
  const isWhole = async () => {
    const { body } = await service.call<Batch>('GET', `/v1/batches/${batchId}`);
    counts = body.counts;
    const { total, ...states } = counts;
    const sum = Object.values(states).reduce((all, count) => all + count, 0);
    return body.done && total === ITEMS && sum === ITEMS;
  };
  const whole = await waitFor('the counts', isWhole, { limitMs: COUNTS_LIMIT_MS, everyMs: 200 }).catch(() => false);
  if (!whole || new Set(ids).size !== ITEMS)
    broken.push(`${batchId} has ${ids.length} of ${ITEMS} jobs, and counts ${JSON.stringify(counts)}`);
}

async function checkCustomer(
  service: Service,
  { order, jobs, broken }: { readonly order: Order; readonly jobs: readonly JobAnswer[]; readonly broken: string[] },
): Promise<void> {
  const counted = jobs.filter(({ charge }) => charge === 'captured').length;
  const left = await leftAtLast(service, order, POOL - counted);
  if (left !== POOL - counted) broken.push(`${order.customerId} has ${left} left, with ${counted} pictures of ${POOL}`);
  const listed = await service.call<{ jobs: JobAnswer[] }>('GET', `/v1/jobs?customerId=${order.customerId}`);
  const ids = listed.body.jobs.map(({ id }) => id).sort();
  if (ids.join() !== [...order.ids].sort().join())
    broken.push(`${order.customerId} has ${ids}, and was told of ${order.ids}`);
}

/** Nothing is found by the customer's name any more, and each wish was done once. */
async function checkForgotten(service: Service, order: Order, broken: string[]): Promise<void> {
  const { customerId, forgottenBy } = order;
  const left = await leftAtLast(service, order, POOL);
  const { body } = await service.call<{ jobs: JobAnswer[] }>('GET', `/v1/jobs?customerId=${customerId}`);
  if (left !== POOL || body.jobs.length > 0)
    broken.push(`${customerId} was forgotten, and has ${left} left of ${POOL} and ${body.jobs.length} jobs`);
  type Audit = { readonly entries: readonly { readonly action: string }[] };
  const { admin } = await service.keys();
  const path = `/v1/admin/audit?target=privacy-requests/${forgottenBy}`;
  const actions = (await service.call<Audit>('GET', path, { key: admin })).body.entries.map(({ action }) => action);
  const times = (name: string) => actions.filter(action => action === name).length;
  if (times('privacy.done') === 0 || times('privacy.done') !== times('customer.erase'))
    broken.push(`${forgottenBy} is on record as ${actions}`);
}

/** Its name is ours, and says which batch it is: created once, billed once. */
function checkUpstream({ batches }: BatchDouble, broken: string[]): void {
  const names = batches.map(({ displayName }) => displayName);
  for (const name of new Set(names)) {
    const times = names.filter(other => other === name).length;
    if (times > 1) broken.push(`the upstream batch ${name} was created ${times} times`);
  }
}

/** What is shown is up to two seconds old. */
async function leftAtLast(service: Service, order: Order, expected: number): Promise<number> {
  let left = -1;
  const isRight = async () => {
    left = await remaining(service, order);
    return left === expected;
  };
  await waitFor('the quota', isRight, { limitMs: COUNTS_LIMIT_MS, everyMs: 200 }).catch(() => {});
  return left;
}

async function remaining(service: Service, { customerId, kind }: Order): Promise<number> {
  type Pools = { readonly pools: { readonly [pool: string]: { readonly remaining: number } } };
  const { body } = await service.call<Pools>('GET', `/v1/quota?customerId=${customerId}`);
  return body.pools[kind === 'job' ? 'custom' : 'named']?.remaining ?? -1;
}
