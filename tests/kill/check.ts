/**
 * Whether a service that was killed has kept its promises, judged from outside: by its API, the pictures themselves and
 * what the model's double has counted. Every broken promise is a sentence.
 */
import { createHash } from 'node:crypto';
import type { GeminiDouble } from '../doubles/gemini.ts';
import { download, type JobAnswer, type Service } from '../service.ts';
import type { Order } from './orders.ts';

interface Attempt {
  readonly billed?: string;
  readonly endedAt?: string;
}

type Whole = JobAnswer & { readonly attempts?: readonly Attempt[] };

const POOL = 20;

/** Of orders whose jobs have all ended. `kills` so far: each may have cost one picture more. */
export async function brokenPromises(
  { service, gemini, kills }: { readonly service: Service; readonly gemini: GeminiDouble; readonly kills: number },
  orders: readonly Order[],
): Promise<string[]> {
  const broken: string[] = [];
  for (const order of orders) {
    const jobs = await Promise.all(
      order.ids.map(async id => (await service.call<Whole>('GET', `/v1/jobs/${id}`)).body),
    );
    for (const job of jobs) await checkJob(job, order, broken);
    const counted = jobs.filter(({ charge }) => charge === 'captured').length;
    const left = await remaining(service, order);
    if (left !== POOL - counted)
      broken.push(`${order.customerId} has ${left} left, with ${counted} pictures of ${POOL}`);
    const listed = await service.call<{ jobs: JobAnswer[] }>('GET', `/v1/jobs?customerId=${order.customerId}`);
    const ids = listed.body.jobs.map(({ id }) => id).sort();
    if (ids.join() !== [...order.ids].sort().join())
      broken.push(`${order.customerId} has ${ids}, and was told of ${order.ids}`);
    if (order.kind === 'job') checkCalls(gemini, order, { job: jobs[0], kills, broken });
  }
  return broken;
}

async function checkJob(job: Whole, order: Order, broken: string[]): Promise<void> {
  if (!job.done) broken.push(`${job.id} never ended: ${job.status}`);
  if (job.charge === 'held') broken.push(`${job.id} ended ${job.status} and still holds a picture`);
  if (order.canceled && job.status !== 'canceled') broken.push(`${job.id} was canceled and is ${job.status}`);
  if (job.status !== 'succeeded') return;
  const { status, bytes } = await download(job.output?.url ?? '');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (status !== 200 || sha256 !== job.output?.sha256)
    broken.push(`${job.id} succeeded, and its picture answers ${status}`);
}

/** Each call of the model stands in the job's ledger, and pictures beyond the first have a death to show for it. */
function checkCalls(
  gemini: GeminiDouble,
  { prompt }: Order,
  { job, kills, broken }: { readonly job: Whole | undefined; readonly kills: number; readonly broken: string[] },
): void {
  const { pictures } = gemini.billed({ prompt });
  const rows = job?.attempts ?? [];
  const onRecord = rows.filter(({ billed }) => billed !== 'no').length;
  if (gemini.calls({ prompt }) > rows.length)
    broken.push(`${gemini.calls({ prompt })} calls for ${job?.id}, ${rows.length} on record`);
  if (pictures > onRecord)
    broken.push(`${pictures} pictures of ${job?.id} were drawn, ${onRecord} on record as billed`);
  if (pictures > 1 + kills) broken.push(`${pictures} pictures of ${job?.id} after ${kills} deaths`);
}

async function remaining(service: Service, { customerId, kind }: Order): Promise<number> {
  type Pools = { readonly pools: { readonly [pool: string]: { readonly remaining: number } } };
  const { body } = await service.call<Pools>('GET', `/v1/quota?customerId=${customerId}`);
  return body.pools[kind === 'job' ? 'custom' : 'named']?.remaining ?? -1;
}

export const QUOTAS = { QUOTA_CUSTOM_PER_DAY: `${POOL}`, QUOTA_NAMED_PER_DAY: `${POOL}` };
