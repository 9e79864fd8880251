/**
 * What clients and operators do in a run, one small journey each; another kind of journey is added to the table. Clients
 * behave as careful ones do: they repeat under the same Idempotency-Key what they got no answer to.
 */

import { actInBulk } from './bulk-journey.ts';
import { type Client, order, TRIES_MAX, WAITS_MS } from './client.ts';
import { diceFor } from './dice.ts';
import type { Told } from './final-laws.ts';
import { orderItems } from './items-journey.ts';
import { colouredSquare } from './photo.ts';
import { leave, sell, sendPhoto } from './sale-journeys.ts';
import type { SimulatedWorld } from './world.ts';

type Journey = (client: Client) => Promise<void>;

const JOURNEYS: { readonly [name: string]: { readonly weight: number; readonly go: Journey } } = {
  order: { weight: 5, go: client => order(client).then(() => {}) },
  watch: { weight: 3, go: watch },
  cancel: { weight: 3, go: giveUp },
  erase: { weight: 2, go: erase },
  retried: { weight: 2, go: tryAgain },
  styles: { weight: 1, go: orderStyles },
  items: { weight: 1, go: client => orderItems(client, 'bulk') },
  economy: { weight: 1, go: client => orderItems(client, 'economy') },
  bulk: { weight: 1, go: actInBulk },
  sell: { weight: 2, go: sell },
  leave: { weight: 1, go: leave },
  photo: { weight: 1, go: sendPhoto },
};

const CLIENTS = [4, 9] as const;
/** A batch has a key of its own, and several jobs have none, which their journeys look after. */
const KEYLESS = new Set(['styles', 'items', 'economy', 'bulk', 'photo']);

/** Sends all clients and operators off within the next so many milliseconds; resolves when they have gone home. */
export async function sendClients(
  world: SimulatedWorld,
  forMs: number,
  skip: ReadonlySet<number> = new Set(),
): Promise<Told[]> {
  const dice = diceFor(world.seed, 'clients');
  const all = Array.from({ length: dice.between(...CLIENTS) }, (_, number) => clientOf(world, number));
  const journeys = all
    .filter((_, number) => !skip.has(number))
    .map(async client => {
      await world.schedule.sleep(client.dice.between(0, forMs));
      await JOURNEYS[client.journey]?.go(client);
      return client.told;
    });
  const operators = Array.from({ length: world.drawn.operatorActs }, (_, number) => operate(world, number, forMs));
  await Promise.all(operators);
  return Promise.all(journeys);
}

function clientOf(world: SimulatedWorld, number: number): Client {
  const name = `client-${number}`;
  const dice = diceFor(world.seed, name);
  const weights = Object.fromEntries(Object.entries(JOURNEYS).map(([journey, { weight }]) => [journey, weight]));
  const journey = dice.weighted(weights);
  // Some share a customer, and so a quota; some of these want the very same picture. Who leaves, leaves alone.
  const customerId = dice.chance(0.4) && journey !== 'leave' ? 'customer-shared' : `customer-${number}`;
  const prompt =
    customerId === 'customer-shared' && dice.chance(0.4)
      ? `Draw wish ${world.seed}.`
      : `Draw ${name} of ${world.seed}.`;
  const key = !KEYLESS.has(journey) && dice.chance(0.85) ? `order-${number}` : undefined;
  const webhook = dice.chance(0.3) ? { webhook: { url: 'https://shop.example/hook' } } : {};
  return {
    ...{ world, name, dice, journey },
    fields: { prompt, customerId, image: { data: colouredSquare() }, ...webhook },
    told: { client: name, key, prompt, ids: new Set() },
  };
}

/** Looks now and then; what is done stays as it is. */
async function watch(client: Client): Promise<void> {
  const { world, dice } = client;
  const id = await order(client);
  let ended: string | undefined;
  for (let looks = 0; id !== undefined && looks < 8; looks++) {
    const answer = await world.ask({ method: 'GET', path: `/v1/jobs/${id}` });
    if (answer?.status === 404) world.laws.broken(`${client.name} was told of ${id}, and it is not there`);
    if (answer?.status === 200) {
      const { status, done } = JSON.parse(answer.text) as { status: string; done: boolean };
      if (ended !== undefined && status !== ended) world.laws.broken(`${id} was shown ${ended}, then ${status}`);
      if (done) ended = status;
    }
    await world.schedule.sleep(dice.between(...WAITS_MS));
  }
}

async function giveUp(client: Client): Promise<void> {
  const { world, dice, told } = client;
  const id = await order(client);
  if (id === undefined) return;
  await world.schedule.sleep(dice.between(0, 40_000));
  const answer = await world.ask({ method: 'POST', path: `/v1/jobs/${id}/cancel` });
  if (answer?.status !== 200) return;
  const { status, done } = JSON.parse(answer.text) as { status: string; done: boolean };
  told.canceled = done ? status : 'accepted';
}

async function erase(client: Client): Promise<void> {
  const { world, dice, told } = client;
  const id = await order(client);
  if (id === undefined) return;
  await world.schedule.sleep(dice.between(0, 60_000));
  const answer = await world.ask({ method: 'DELETE', path: `/v1/jobs/${id}` });
  if (answer?.status === 200) told.erased = true;
}

/** An operator looks now and then, and opens another run of a job that failed. */
async function tryAgain(client: Client): Promise<void> {
  const { world, dice } = client;
  const id = await order(client);
  for (let looks = 0; id !== undefined && looks < 6; looks++) {
    await world.schedule.sleep(dice.between(1_000, 60_000));
    const seen = await world.ask({ method: 'GET', path: `/v1/admin/jobs/${id}`, as: 'admin' });
    if (seen?.status !== 200) continue;
    const { status } = JSON.parse(seen.text) as { status: string };
    if (status !== 'failed' && status !== 'expired') continue;
    const headers = { 'if-match': seen.headers.etag ?? '' };
    const body = { reason: 'try again' };
    const answer = await world.ask({ method: 'POST', path: `/v1/admin/jobs/${id}/retry`, as: 'admin', headers, body });
    if (answer && ![202, 409, 412].includes(answer.status) && answer.status < 500) {
      world.laws.broken(`a retry of ${id} was refused: ${answer.status} ${answer.text}`);
    }
  }
}

/** Several styles of one photo: one decision, a job each. */
async function orderStyles({ world, name, dice, told, fields }: Client): Promise<void> {
  const { customerId, image } = fields;
  let batch: string | undefined;
  for (let tried = 0; tried < TRIES_MAX; tried++) {
    const headers = { 'idempotency-key': `styles-${name}` };
    const body = { styles: ['charcoal', 'ink-wash'], customerId, image };
    const answer = await world.ask({ method: 'POST', path: '/v1/batches', headers, body });
    if (answer && answer.status < 300) {
      const { id, jobs } = JSON.parse(answer.text) as { id: string; jobs: { id: string }[] };
      if (batch !== undefined && batch !== id) world.laws.broken(`${name} got two batches for one key`);
      batch = id;
      for (const job of jobs) told.ids.add(job.id);
      if (dice.chance(0.7)) return;
    } else if (answer && answer.status < 500) {
      if (answer.status !== 429) world.laws.broken(`${name} was refused: ${answer.status} ${answer.text}`);
      return;
    }
    await world.schedule.sleep(dice.between(...WAITS_MS));
  }
}

/** Pauses a queue and lets it go on, or closes the door for a while. */
async function operate(world: SimulatedWorld, number: number, forMs: number): Promise<void> {
  const dice = diceFor(world.seed, `operator-${number}`);
  await world.schedule.sleep(dice.between(0, forMs));
  const queue = dice.pick(['interactive', 'upkeep']);
  const ask = (method: string, path: string, body?: unknown) => world.ask({ method, path, as: 'admin', body });
  const [begin, end] = dice.chance(0.7)
    ? [
        () => ask('POST', `/v1/admin/queues/${queue}/pause`, { reason: 'a test' }),
        () => ask('POST', `/v1/admin/queues/${queue}/resume`, {}),
      ]
    : [() => ask('PUT', '/v1/admin/intake', { reason: 'a test' }), () => ask('DELETE', '/v1/admin/intake?reason=test')];
  await begin();
  await world.schedule.sleep(dice.between(5_000, 120_000));
  await end();
}
