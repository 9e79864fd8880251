/**
 * What has to hold whatever happens, looked at with every commit and every call of the model: by the documents, the
 * objects and the provider's books alone, never by what the code believes. `final-laws.ts` asks the rest at the end.
 */
import type { Batch } from '../../common/batches/batch.ts';
import { jobs, quotas, runs } from '../../common/collections.ts';
import { isDone, type Job, type Run } from '../../common/job.ts';
import type { DrawRequest } from '../../common/platform/model.ts';
import type { SimulatedBucket } from './bucket.ts';
import type { Change, Database } from './database.ts';
import type { Provider } from './provider.ts';

export interface Laws {
  readonly violations: string[];
  /** Told of every commit. */
  commit(changes: readonly Change[], by: string): void;
  /** Told of every call of the model. */
  called(request: DrawRequest, by: string): void;
  broken(sentence: string): void;
  /** What a run was to draw, whether or not it was erased since. */
  wishOf(runId: string): string | undefined;
}

export interface Lawful {
  readonly database: Database;
  readonly bucket: SimulatedBucket;
  readonly provider: Provider;
  /** Pictures a day and customer. */
  readonly quota: number;
}

const SERVICE_SPEND = /^\d{4}-\d\d-\d\d-\d+$/;

export function createLaws(world: Lawful): Laws {
  const { database, bucket, provider } = world;
  const held = new Map<string, number>();
  const spent = new Map<string, number>();
  const booked = new Map<string, number>();
  const wishes = new Map<string, string>();
  const opened = new Set<string>();
  const violations: string[] = [];
  const broken = (sentence: string) => void violations.push(sentence);

  function move(before: Run | undefined, after: Run, by: string): void {
    const demand = (right: boolean, what: string) => {
      if (!right) broken(`${what}: ${after.id} by ${by}, ${before?.status ?? 'new'} → ${after.status}`);
    };
    if (!isDone(after.status) || after.pending.length > 0) {
      demand(after.nextCheckAt !== undefined, 'nobody will look at an open run again');
    }
    if (after.status === 'running')
      demand(after.lease?.fence === after.fence, 'a run that runs has the lease of its fence');
    if (isDone(after.status)) demand(after.charge !== 'held', 'a run ended unsettled');
    if (before && before.run === after.run) forward(before, after, demand);
    else if (before) reopened(before, after, demand);
    else demand(after.run === 1, 'a job begins with its first run');
    // One that is born with an earlier picture may see its owner erase that at the same moment.
    if (after.status === 'succeeded' && before && before.status !== 'succeeded') delivered(after, demand);
  }

  function reopened(before: Run, { id, orderId }: Run, demand: (right: boolean, what: string) => void): void {
    demand(['failed', 'expired'].includes(before.status), 'only a run that failed is opened again');
    if (orderId === undefined) return;
    demand(!opened.has(`${id} ${orderId}`), 'a bulk action opens a job once');
    opened.add(`${id} ${orderId}`);
  }

  function forward(before: Run, after: Run, demand: (right: boolean, what: string) => void): void {
    if (isDone(before.status)) {
      demand(before.status === after.status, 'an end is final');
      demand(before.charge === after.charge, 'a charge is settled once');
    }
    demand(after.fence >= before.fence, 'fences only rise');
    demand(after.dispatch >= before.dispatch, 'dispatches only rise');
    demand(before.charge === 'held' || before.charge === after.charge, 'a charge moves from held alone');
    demand(!before.cancelRequested || after.cancelRequested === true, 'a wish to cancel stays');
    const rows = new Map(after.attempts.map(row => [row.fence, row]));
    for (const row of before.attempts) {
      const kept = rows.get(row.fence);
      demand(kept !== undefined || row.billed === 'no', 'a row of the ledger that may cost is kept');
      demand(!kept || row.endedAt === undefined || kept.endedAt === row.endedAt, 'a closed row stays closed');
    }
  }

  /** Its picture is there, whole, before anybody can hear of it; unless its owner is erasing it under another job. */
  function delivered(
    { id, outputPath = '', generationKey }: Run,
    demand: (right: boolean, what: string) => void,
  ): void {
    const twins = database.all(runs).filter(other => other.generationKey === generationKey);
    if (twins.some(other => database.read<Job>(jobs, other.id)?.erasedAt !== undefined)) return;
    const output = database.read<Job>(jobs, id)?.output;
    const object = bucket.peek(outputPath);
    demand(output !== undefined && object?.metadata.sha256 === output.sha256, 'a success without its picture');
    demand(object === undefined || object.bytes === output?.bytes, 'a picture of another length');
  }

  function face(job: Job, before: Job | undefined): void {
    const run = database.read<Run>(runs, job.id);
    if (run?.status !== job.status || run.charge !== job.charge || isDone(run.status) !== job.done) {
      broken(`face and truth differ: ${job.id} is ${job.status}, ${job.charge}, ${run?.status}, ${run?.charge}`);
    }
    if (before && job.sequence <= before.sequence) broken(`a change without a new sequence: ${job.id}`);
    if (job.status === 'canceled' && job.output) broken(`a canceled job shows a picture: ${job.id}`);
  }

  /** Of items; counted once, and not before the last of its jobs is over. */
  function batchEnd({ id, kind, state, ends = 0, endedAt, total, cancelRequestedAt }: Batch, before?: Batch): void {
    if (ends > (before?.ends ?? 0) + 1) broken(`the end of ${id} was counted ${ends} times`);
    if (kind !== 'items' || state !== 'open' || endedAt === undefined || before?.endedAt !== undefined) return;
    const made = database.all(jobs).filter(({ batchId }) => batchId === id);
    const open = made.filter(({ done }) => !done).length;
    const unmade = cancelRequestedAt === undefined ? total - made.length : 0;
    if (open + unmade > 0) broken(`${id} has ended with ${open} jobs open and ${unmade} to be made`);
  }

  const add = (sums: Map<string, number>, key: string, amount: number) => sums.set(key, (sums.get(key) ?? 0) + amount);

  /** Of a customer who is being forgotten the books go last, all at once: until then they count what names nobody any more. */
  function stillCounted(before: Run | undefined, after: Run): Run {
    const forgotten = before !== undefined && before.scopes.length > after.scopes.length;
    return forgotten && before.charge === after.charge ? { ...after, scopes: before.scopes } : after;
  }

  /** Kept beside the documents, so that each commit costs no more than what it changed. */
  function count(run: Run | undefined, sign: 1 | -1): void {
    if (!run) return;
    if (run.charge === 'held' || run.charge === 'captured') for (const id of run.scopes) add(held, id, sign);
    for (const row of run.attempts) add(spent, row.spendDay, sign * (row.costMicroUsd ?? row.estimateMicroUsd));
  }

  function sums(changes: readonly Change[]): void {
    const days = new Set<string>();
    for (const { collection, before, after } of changes) {
      if (collection === 'runs') {
        count(before as Run | undefined, -1);
        count(stillCounted(before as Run | undefined, after as Run), 1);
        for (const row of [...((before as Run | undefined)?.attempts ?? []), ...((after as Run).attempts ?? [])])
          days.add(row.spendDay);
      } else if (collection === 'spend' && SERVICE_SPEND.test(after?.id ?? '')) {
        const amount = (document: unknown) => (document as { microUsd?: number } | undefined)?.microUsd ?? 0;
        const day = (after?.id ?? '').slice(0, 10);
        add(booked, day, amount(after) - amount(before));
        days.add(day);
      }
    }
    for (const day of days) {
      const [books, ledger] = [booked.get(day) ?? 0, spent.get(day) ?? 0];
      if (books !== ledger) broken(`the spend of ${day} is ${books}, and its attempts make ${ledger}`);
    }
    for (const { collection, before, after } of changes) {
      if (collection !== 'quotas') continue;
      if (!after) {
        held.delete(before?.id ?? '');
        continue;
      }
      const quota = database.read<{ id: string; held: number }>(quotas, after.id);
      const expected = held.get(after.id) ?? 0;
      if (quota?.held !== expected) broken(`quota ${after.id} holds ${quota?.held}, and its jobs ${expected}`);
      if ((quota?.held ?? 0) > world.quota) broken(`quota ${after.id} is overspent: ${quota?.held}`);
    }
  }

  return {
    violations,
    broken,
    wishOf: id => wishes.get(id),
    commit(changes, by) {
      for (const { collection, before, after } of changes) {
        if (collection === 'runs' && !after) broken(`a run is gone, by ${by}`);
        if (collection === 'runs' && after && !before) wishes.set(after.id, (after as Run).prompt);
        if (collection === 'runs' && after) move(before as Run | undefined, after as Run, by);
        if (collection === 'batches' && after) batchEnd(after as Batch, before as Batch | undefined);
        if (collection === 'jobs' && after) face(after as Job, before as Job | undefined);
      }
      sums(changes);
    },
    called({ prompt, model }, by) {
      const rows = database
        .all(runs)
        .filter(({ id }) => wishes.get(id) === prompt)
        .flatMap(run => run.attempts);
      if (!rows.some(row => row.model === model))
        broken(`${by} asked ${model} for "${prompt}" with no row in the ledger`);
      const { calls } = provider.books(prompt);
      if (calls > rows.length) broken(`${calls} calls for "${prompt}", and ${rows.length} rows in the ledger`);
    },
  };
}
