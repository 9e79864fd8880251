/**
 * Plays the scenes in a world of their own and reads what they left: every document, every task that waits, every
 * object of the bucket, sorted by the scene that it belongs to.
 */
import { buffer } from 'node:stream/consumers';
import { COLLECTIONS, runs } from '../../common/collections.ts';
import { DOCUMENT_VERSION } from '../../common/job.ts';
import type { Bucket } from '../../common/platform/bucket.ts';
import type { Task } from '../../common/platform/queue.ts';
import type { Document, Store } from '../../common/platform/store.ts';
import { openWorld } from '../world.ts';
import type { Documents, RecordedObject, RecordedTask, Recording, Scene } from './recording.ts';
import { type Played, playScenes } from './scenes.ts';

interface Whole {
  readonly documents: Documents;
  readonly tasks: readonly Task[];
  readonly objects: readonly RecordedObject[];
}

const PREFIXES = ['inputs/', 'uploads/', 'cache/'];
/** More than the scenes leave; a page of a list. */
const ALL = 1_000;

/** Leaves the world in `directory`, half-run, for whoever wants to go on with it. */
export async function recordScenes(directory: string, commit: string): Promise<Omit<Recording, 'name'>> {
  const rung: Task[] = [];
  const world = await openWorld(directory, {
    around: ({ queue }) => ({
      queue: {
        ...queue,
        enqueue(task) {
          rung.push(task);
          return queue.enqueue(task);
        },
      },
    }),
  });
  try {
    const { engine, clock } = world;
    const { ids, keys } = await playScenes(world);
    const waits = async (task: Task) => (await engine.queue.exists(task.queue, task.name)) === 'waiting';
    const waiting = await Promise.all(rung.map(waits));
    const tasks = rung.filter((_, index) => waiting[index]);
    const whole = { documents: await allDocuments(engine.store), tasks, objects: await allObjects(engine.bucket) };
    const { scenes, rest } = divide(whole, ids);
    const idSecret = Buffer.from(engine.settings.idSecret).toString('base64');
    return { shared: { v: DOCUMENT_VERSION, commit, now: clock.now(), idSecret, keys, documents: rest }, scenes };
  } finally {
    await world.close();
  }
}

export async function allDocuments(store: Store): Promise<Documents> {
  const entries = await Promise.all(
    COLLECTIONS.map(async from => [from.name, (await store.list({ from, limit: ALL })).items] as const),
  );
  return Object.fromEntries(entries);
}

async function allObjects(bucket: Bucket): Promise<RecordedObject[]> {
  const stats = (await Promise.all(PREFIXES.map(prefix => bucket.list(prefix, { limit: ALL })))).flat();
  return Promise.all(
    stats.map(async ({ path, contentType, metadata }) => {
      const bytes = await buffer(await bucket.read(path));
      return { path, contentType, metadata, base64: bytes.toString('base64') };
    }),
  );
}

/** Each document and each object goes to the first scene that it belongs to; what belongs to none is shared. */
function divide(whole: Whole, ids: Played['ids']): { scenes: Scene[]; rest: Documents } {
  const taken = new Set<object>();
  const take = <T extends object>(thing: T, wanted: boolean): boolean => {
    const mine = wanted && !taken.has(thing);
    if (mine) taken.add(thing);
    return mine;
  };
  const scenes = [...ids].map(([scene, id]) => {
    const own = namesOf(whole.documents, id);
    return {
      scene,
      id,
      documents: pick(whole.documents, document => take(document, own.includes(document.id))),
      tasks: whole.tasks.filter(({ payload }) => payload.jobId === id).map(recordedTask),
      objects: whole.objects.filter(object =>
        take(
          object,
          own.some(name => object.path.includes(name)),
        ),
      ),
    };
  });
  return { scenes, rest: pick(whole.documents, document => !taken.has(document)) };
}

/** What a scene's documents and objects are called by: its id, and those that its run names. */
function namesOf(documents: Documents, id: string): string[] {
  const run = (documents[runs.name] ?? []).find(document => document.id === id) as
    | { readonly scopes: readonly string[]; readonly generationKey: string }
    | undefined;
  return [id, ...(run ? [...run.scopes, run.generationKey] : [])];
}

function pick(documents: Documents, wanted: (document: Document) => boolean): Documents {
  const picked = Object.entries(documents)
    .map(([name, all]) => [name, all.filter(wanted)] as const)
    .filter(([, some]) => some.length > 0);
  return Object.fromEntries(picked);
}

function recordedTask({ notBefore, ...body }: Task): RecordedTask {
  return { body, ...(notBefore !== undefined ? { notBefore } : {}) };
}
