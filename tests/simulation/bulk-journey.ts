/**
 * An operator who does one thing to all jobs of a customer: plans it, applies the plan, presses again what was not
 * answered, and sometimes stops it on its way.
 */
import { type Client, order, WAITS_MS } from './client.ts';

const JOBS = [1, 3] as const;
const LOOKS_MAX = 20;

interface Action {
  readonly id: string;
  readonly token: string;
  readonly state: string;
  readonly plan: { readonly matched: number; readonly eligible: number };
  readonly progress: { readonly done: number };
}

export async function actInBulk(client: Client): Promise<void> {
  const { world, name, dice, told } = client;
  const customerId = `customer-of-${name}`;
  const verb = dice.pick(['retry', 'retry', 'cancel', 'erase']);
  const fields = { ...client.fields, customerId };
  for (let count = dice.between(...JOBS); count > 0; count--) {
    await order({ ...client, fields: { ...fields, prompt: `Draw ${count} for ${name} of ${world.seed}.` } });
  }
  await world.schedule.sleep(dice.between(1_000, 90_000));
  const plan = { action: verb, filter: { customerId }, reason: 'a test' };
  const planned = await press(client, '', plan);
  if (!planned) return;
  const { id, token } = planned;
  if (!(await press(client, `/${id}/apply`, { token, ratePerSecond: dice.between(1, 50) }))) return;
  if (dice.chance(0.2)) await press(client, `/${id}/abort`, {});
  for (let looks = 0; looks < LOOKS_MAX; looks++) {
    const seen = await world.ask({ method: 'GET', path: `/v1/admin/bulk-actions/${id}`, as: 'admin' });
    if (seen?.status === 200) {
      const { state, plan: found, progress } = JSON.parse(seen.text) as Action;
      if (state === 'done' && verb === 'erase' && found.eligible >= told.ids.size && progress.done === found.eligible)
        told.erased = true;
      if (state !== 'running') return;
    }
    await world.schedule.sleep(dice.between(...WAITS_MS));
  }
}

/** Until somebody answers. A plan that was made twice is applied once, and is the operator's to forget. */
async function press({ world, dice, name }: Client, path: string, body: object): Promise<Action | undefined> {
  for (let tries = 0; tries < LOOKS_MAX; tries++) {
    const answer = await world.ask({ method: 'POST', path: `/v1/admin/bulk-actions${path}`, as: 'admin', body });
    if (answer && answer.status < 300) return JSON.parse(answer.text) as Action;
    if (answer && answer.status < 500) {
      world.laws.broken(`${name}: ${path} was refused: ${answer.status} ${answer.text}`);
      return undefined;
    }
    await world.schedule.sleep(dice.between(...WAITS_MS));
  }
  return undefined;
}
