/**
 * Puts a recording into a world: documents, objects, pauses and waiting tasks, as the earlier code left them.
 */
import { COLLECTIONS } from '../../common/collections.ts';
import type { Engine } from '../../common/engine.ts';
import { QUEUES } from '../../common/platform/queue.ts';
import type { Store } from '../../common/platform/store.ts';
import { decodeTask } from '../../common/task-body.ts';
import type { TestClock } from '../test-clock.ts';
import type { Documents, RecordedObject, RecordedTask, Recording } from './recording.ts';

export interface RestoreOptions {
  /** Without tasks only the sweeper is left to find the jobs. */
  readonly tasks?: boolean;
}

/** Moves the clock to the moment of the recording. */
export async function restore(
  { engine, clock }: { readonly engine: Engine; readonly clock: TestClock },
  { shared, scenes }: Recording,
  { tasks = true }: RestoreOptions = {},
): Promise<void> {
  await clock.advance(shared.now - clock.now());
  for (const { documents } of [shared, ...scenes]) await restoreDocuments(engine.store, documents);
  for (const { objects } of scenes) for (const object of objects) await restoreObject(engine, object);
  await restorePauses(engine, shared.documents);
  if (!tasks) return;
  for (const scene of scenes) for (const task of scene.tasks) await restoreTask(engine, task);
}

async function restoreDocuments(store: Store, documents: Documents): Promise<void> {
  await store.transaction(async tx => {
    for (const [name, all] of Object.entries(documents)) {
      const into = COLLECTIONS.find(collection => collection.name === name);
      if (!into) throw new Error(`There is no collection ${name} any more: what becomes of its documents?`);
      for (const document of all) tx.set(into, document);
    }
  });
}

async function restoreObject({ bucket }: Engine, { path, base64, ...input }: RecordedObject): Promise<void> {
  await bucket.put(path, Buffer.from(base64, 'base64'), input);
}

/** The queue itself keeps that it is paused; the switch beside it tells why. */
async function restorePauses({ queue }: Engine, { switches = [] }: Documents): Promise<void> {
  for (const name of QUEUES) {
    const noted = switches.find(({ id }) => id === `queue-${name}`) as { readonly on?: boolean } | undefined;
    if (noted?.on) await queue.pause(name);
  }
}

/** Read as the worker reads it from the wire: a body that it does not take for a task fails the test. */
async function restoreTask({ queue }: Engine, { body, notBefore }: RecordedTask): Promise<void> {
  const task = decodeTask(JSON.stringify(body));
  if (!task) throw new Error(`This is no task any more: ${JSON.stringify(body)}`);
  await queue.enqueue({ ...task, ...(notBefore !== undefined ? { notBefore } : {}) });
}
