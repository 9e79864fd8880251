/**
 * Makes a recording look as if a later version had written it: every document, every object within one, every task and
 * every picture's metadata has a field that this code does not know.
 */
import type { Store } from '../../common/platform/store.ts';
import type { Documents, Recording } from './recording.ts';
import { allDocuments } from './snapshot.ts';

const UNKNOWN = 'fromALaterVersion';
/** A caller's own names, not ours. */
const FREE_NAMES = ['metadata'];

export function withUnknownFields({ name, shared, scenes }: Recording): Recording {
  return {
    name,
    shared: { ...shared, documents: extended(shared.documents) },
    scenes: scenes.map(scene => ({
      ...scene,
      documents: extended(scene.documents),
      tasks: scene.tasks.map(task => ({ ...task, body: extendedTask(task.body) })),
      objects: scene.objects.map(object => ({ ...object, metadata: { ...object.metadata, [UNKNOWN]: 'yes' } })),
    })),
  };
}

/**
 * Where a field of `recording`, which came from `withUnknownFields`, has gone from a part that is still there, such as
 * `runs.attempts[]`; each place once.
 */
export async function lostFields(store: Store, { shared, scenes }: Recording): Promise<string[]> {
  const after = await allDocuments(store);
  const lost = [shared, ...scenes].flatMap(({ documents }) =>
    Object.entries(documents).flatMap(([collection, all]) =>
      all.flatMap(document =>
        placesWithout(
          document,
          after[collection]?.find(({ id }) => id === document.id),
          collection,
        ),
      ),
    ),
  );
  return [...new Set(lost)].sort();
}

function extended(documents: Documents): Documents {
  return Object.fromEntries(Object.entries(documents).map(([name, all]) => [name, all.map(extend)]));
}

function extend<T>(value: T): T {
  if (Array.isArray(value)) return value.map(extend) as T;
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [
    name,
    FREE_NAMES.includes(name) ? member : extend(member),
  ]);
  return { ...Object.fromEntries(members), [UNKNOWN]: { nested: ['yes', 1] } } as T;
}

/** What a task carries may be texts and numbers alone. */
function extendedTask(body: { readonly [field: string]: unknown }) {
  return { ...body, [UNKNOWN]: { nested: true }, payload: { ...(body.payload as object), [UNKNOWN]: 'yes' } };
}

function placesWithout(before: unknown, after: unknown, place: string): string[] {
  if (Array.isArray(before) && Array.isArray(after)) {
    return before.flatMap((entry, index) => placesWithout(entry, after[index], `${place}[]`));
  }
  if (!isObject(before) || !isObject(after)) return [];
  const within = Object.keys(before)
    .filter(name => name !== UNKNOWN)
    .flatMap(name => placesWithout(before[name], after[name], `${place}.${name}`));
  return UNKNOWN in before && !(UNKNOWN in after) ? [place, ...within] : within;
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null;
}
