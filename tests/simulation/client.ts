/**
 * A careful client of a run: what it is, and how it asks for a picture.
 */
import type { Dice } from './dice.ts';
import type { Told } from './final-laws.ts';
import type { InjectedAnswer } from './inject.ts';
import type { Asked, SimulatedWorld } from './world.ts';

export interface Client {
  readonly world: SimulatedWorld;
  readonly name: string;
  readonly journey: string;
  readonly dice: Dice;
  readonly told: Told;
  readonly fields: { readonly [field: string]: unknown };
}

export const TRIES_MAX = 6;
export const WAITS_MS = [200, 20_000] as const;

/** Asks until there is an answer that settles it; resolves with the job's id, if it became one. */
export async function order({ world, dice, told, fields }: Client): Promise<string | undefined> {
  for (let tried = 0; tried < TRIES_MAX; tried++) {
    const headers = told.key === undefined ? {} : { 'idempotency-key': told.key };
    const answer = await world.ask({ method: 'POST', path: '/v1/jobs', headers, body: fields });
    const id = answer && answer.status < 300 ? (JSON.parse(answer.text) as { id: string }).id : undefined;
    if (id !== undefined) {
      told.ids.add(id);
      return id;
    }
    if (answer && answer.status < 500) {
      if (answer.status !== 429) world.laws.broken(`${told.client} was refused: ${answer.status} ${answer.text}`);
      return undefined;
    }
    await world.schedule.sleep(dice.between(...WAITS_MS));
  }
  return undefined;
}

/** Asks for something that may be asked for again until there is an answer that settles it; gives up like a person does. */
export async function insistOn(
  { world, dice }: Pick<Client, 'world' | 'dice'>,
  request: Asked,
): Promise<InjectedAnswer | undefined> {
  for (let tried = 0; tried < TRIES_MAX; tried++) {
    const answer = await world.ask(request);
    if (answer && answer.status < 500) return answer;
    await world.schedule.sleep(dice.between(...WAITS_MS));
  }
  return undefined;
}
