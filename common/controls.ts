/**
 * What operators hold back of the drawing: models that no job is to ask, so that their fallbacks draw, and how many jobs
 * a worker works on at once. One document, so that a worker learns of all of it by one read every few seconds. Each has a
 * reason and an end, because one that was forgotten would be the set-up.
 */
import { type Act, type Acting, type By, change, untilText } from './audit.ts';
import type { Clock } from './clock.ts';
import { controls } from './collections.ts';
import type { Control, Held } from './documents.ts';
import { DAY_MS } from './limits.ts';
import type { Store } from './platform/store.ts';

export const CONTROL_AHEAD_MAX_MS = 7 * DAY_MS;
/** More than any process has slots. */
export const CEILING_MAX = 1_000;
const DRAWING = 'drawing';
/** How long a worker believes what it has read. */
const CACHE_MS = 5_000;

/** What holds at a time: what has ended is left out. */
export interface Controls {
  readonly models: ReadonlyMap<string, Held>;
  readonly ceiling?: Held & { readonly slots: number };
}

export async function readControls(store: Pick<Store, 'get'>, nowMs: number): Promise<Controls> {
  return holding(await store.get(controls, DRAWING), nowMs);
}

function holding(control: Control | undefined, nowMs: number): Controls {
  const models = control?.models.filter(({ until }) => until > nowMs) ?? [];
  const ceiling = control?.ceiling;
  return {
    models: new Map(models.map(({ model, ...held }) => [model, held])),
    ...(ceiling && ceiling.until > nowMs ? { ceiling } : {}),
  };
}

/** Asked at most once in five seconds. Throws what the store throws. */
export function createControls({ store, clock }: { store: Pick<Store, 'get'>; clock: Clock }): () => Promise<Controls> {
  let asked: { at: number; known: Promise<Control | undefined> } | undefined;
  return async () => {
    const now = clock.now();
    if (!asked || now - asked.at >= CACHE_MS) {
      const looked = { at: now, known: store.get(controls, DRAWING) };
      looked.known.catch(() => {
        if (asked === looked) asked = undefined;
      });
      asked = looked;
    }
    return holding(await asked.known, now);
  };
}

/** No job asks the model until then (ms since 1970, at most `CONTROL_AHEAD_MAX_MS` away); its fallback draws where it can, and what has none waits. Replaces what is set. */
export async function holdModel(acting: Acting, model: string, until: number, by: Required<By>): Promise<void> {
  const held = { model, reason: by.reason, since: acting.clock.now(), until };
  await alter(acting, by, before => ({
    after: { ...before, models: [...others(before, model, held.since), held] },
    did: { action: 'model.hold', target: `models/${model}`, detail: untilText(until) },
  }));
}

/** Where it is not held nothing is done. */
export async function releaseModel(acting: Acting, model: string, by: By): Promise<void> {
  const now = acting.clock.now();
  await alter(acting, by, before => {
    const after = { ...before, models: others(before, model, now) };
    const was = holding(before, now).models.has(model);
    return was ? { after, did: { action: 'model.release', target: `models/${model}` } } : { after };
  });
}

export async function setCeiling(
  acting: Acting,
  { slots, until }: { readonly slots: number; readonly until: number },
  by: Required<By>,
): Promise<void> {
  const ceiling = { slots, reason: by.reason, since: acting.clock.now(), until };
  await alter(acting, by, before => ({
    after: { ...before, ceiling },
    did: { action: 'ceiling.set', target: 'ceiling', detail: `${slots} at once ${untilText(until)}` },
  }));
}

export async function clearCeiling(acting: Acting, by: By): Promise<void> {
  const now = acting.clock.now();
  await alter(acting, by, before => {
    const { ceiling: _, ...after } = before;
    const was = holding(before, now).ceiling !== undefined;
    return was ? { after, did: { action: 'ceiling.clear', target: 'ceiling' } } : { after };
  });
}

async function alter(
  acting: Acting,
  by: By,
  decide: (before: Control) => { readonly after: Control; readonly did?: Act },
): Promise<void> {
  await change<Control>(acting, { from: controls, id: DRAWING, by }, async before => {
    const { after, did } = decide(before ?? { id: DRAWING, models: [] });
    return { document: after, ...(did ? { did } : {}) };
  });
}

/** What is over goes with the next change. */
function others({ models }: Control, model: string, nowMs: number): Control['models'] {
  return models.filter(held => held.model !== model && held.until > nowMs);
}
