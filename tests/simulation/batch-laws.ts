/**
 * What has to hold of batches, bulk actions and upstream batches when all is quiet again.
 */
import { batches, bulkActions, jobs, upstreamBatches } from '../../common/collections.ts';
import type { Told } from './final-laws.ts';
import type { Laws } from './laws.ts';
import type { Backends } from './world.ts';

export function batchLaws(
  { database, batchProvider }: Pick<Backends, 'database' | 'batchProvider'>,
  told: readonly Told[],
  broken: Laws['broken'],
): void {
  const wanted = new Map(told.flatMap(({ batch }) => (batch ? [[batch.id, batch.customIds] as const] : [])));
  for (const id of wanted.keys())
    if (!database.all(batches).some(batch => batch.id === id)) broken(`${id} was answered, and is lost`);

  for (const { id, kind, state, cancelRequestedAt, endedAt, total } of database.all(batches)) {
    if (kind !== 'items') continue;
    if (endedAt === undefined) broken(`the end of ${id} was never noted`);
    const made = database.all(jobs).filter(({ batchId }) => batchId === id);
    const names = made.map(({ customId }) => customId ?? '').sort();
    if (new Set(names).size !== names.length) broken(`${id} has an item twice: ${names}`);
    if (state !== 'open' || (cancelRequestedAt === undefined && made.length !== total))
      broken(`${id} is ${state}, and has ${made.length} of ${total} jobs`);
    const asked = [...(wanted.get(id) ?? names)].sort();
    if (names.some(name => !asked.includes(name)) || asked.length !== total)
      broken(`${id} has ${names}, and was to have ${asked}`);
  }
  for (const { id, state, position, done, skipped, plan } of database.all(bulkActions)) {
    const left = skipped.reduce((sum, { count }) => sum + count, 0);
    if (position !== done + left) broken(`${id} has looked at ${position} jobs, and counts ${done} and ${left}`);
    if (state === 'done' && position !== plan.eligible) broken(`${id} is done after ${position} of ${plan.eligible}`);
  }
  for (const { id } of database.all(upstreamBatches)) {
    if (batchProvider.created(id) > 1)
      broken(`the upstream batch ${id} was created ${batchProvider.created(id)} times`);
  }
}
