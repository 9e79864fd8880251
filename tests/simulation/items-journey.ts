/**
 * A shop's server that sends a batch of items, in either tier: repeats under its key until it is taken in, and then
 * perhaps gives it up, or has its failed items tried again.
 */
import { type Client, TRIES_MAX, WAITS_MS } from './client.ts';
import { colouredSquare } from './photo.ts';

const ITEMS = [1, 4] as const;
/** Kept for bulk to draw what economy has not: `economyReserveMs`. */
const RESERVE_MS = 2 * 3_600_000;
const HURRY_MS = [60_000, 900_000] as const;

export async function orderItems(client: Client, lane: 'bulk' | 'economy'): Promise<void> {
  const { world, name, dice } = client;
  const customIds = Array.from({ length: dice.between(...ITEMS) }, (_, index) => `${name}-${index}`);
  const image = { data: colouredSquare() };
  const items = customIds.map(customId => ({ customId, prompt: `Draw ${customId} of ${world.seed}.`, image }));
  const hurry = lane === 'economy' && dice.chance(0.4);
  const until = world.schedule.now() + RESERVE_MS + dice.between(...HURRY_MS);
  const body = { items, lane, ...(hurry ? { deliverBy: new Date(until).toISOString() } : {}) };
  const id = await takenIn(client, body, customIds);
  if (id === undefined || dice.chance(0.5)) return;
  await world.schedule.sleep(dice.between(0, 300_000));
  const path = `/v1/batches/${id}/${dice.chance(0.5) ? 'cancel' : 'retry'}`;
  const answer = await world.ask({ method: 'POST', path, body: {} });
  if (answer && answer.status >= 400 && answer.status < 500)
    world.laws.broken(`${name}: ${path} was refused: ${answer.status} ${answer.text}`);
}

async function takenIn(client: Client, body: object, customIds: readonly string[]): Promise<string | undefined> {
  const { world, name, dice, told } = client;
  for (let tried = 0; tried < TRIES_MAX; tried++) {
    const headers = { 'idempotency-key': `items-${name}` };
    const answer = await world.ask({ method: 'POST', path: '/v1/batches', headers, body });
    if (answer && answer.status < 300) {
      const { id } = JSON.parse(answer.text) as { id: string };
      if (told.batch && told.batch.id !== id) world.laws.broken(`${name} got two batches for one key`);
      told.batch = { id, customIds };
      if (dice.chance(0.7)) return id;
    } else if (answer && answer.status < 500) {
      // A time by which it is wanted may have come too near for its tier meanwhile.
      world.laws.broken(`${name} was refused: ${answer.status} ${answer.text}`);
      return undefined;
    }
    await world.schedule.sleep(dice.between(...WAITS_MS));
  }
  return told.batch?.id;
}
