/**
 * Brings jobs into every state in which one version of the code may leave them to another: by the code of the tree that
 * this file lies in, on a clock that stands still and with dice that repeat. For a commit that is older than this file
 * it is laid into that commit's tree, so it stays with calls that have been there from the start.
 */
import type { Run } from '../../common/job.ts';
import { cancel } from '../../common/jobs/cancel.ts';
import { claim } from '../../common/jobs/claim.ts';
import { erase } from '../../common/jobs/erase.ts';
import { submit } from '../../common/jobs/submit.ts';
import { newKey, registerKey } from '../../common/keys.ts';
import { ownerUid } from '../../common/owners.ts';
import { pauseQueue } from '../../common/pause.ts';
import { generationKey } from '../../common/picture.ts';
import { type Drawing, type Model, ModelError } from '../../common/platform/model.ts';
import { scopesOf } from '../../common/quota.ts';
import { seedStyles } from '../../common/seed-styles.ts';
import { createWorker } from '../../worker/app.ts';
import { storePicture } from '../../worker/store-picture.ts';
import type { World } from '../world.ts';

export interface Played {
  /** Id of the job, or of the upload, by scene. */
  readonly ids: ReadonlyMap<string, string>;
  readonly keys: { readonly admin: string; readonly server: string; readonly storefront: string };
}

type Play = (world: World, scene: string) => Promise<string>;

const SHOP = 'default';
const STYLE = { style: 'ink-wash', styleVersion: 1 };
/** As bytes and not drawn here, so that they are the same on every machine: 256 × 320 pixels of one colour, PNG. */
const PHOTO = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAQAAAAFAAQMAAABp5DBJAAAAA1BMVEXIeDzwT3VbAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAIElEQVRo3u3BAQEAAACC' +
    'IP+vbkhAAQAAAAAAAAAAAHwZKUAAAUbeFjwAAAAASUVORK5CYII=',
  'base64',
);
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAQAAAAFAAQMAAABp5DBJAAAAA1BMVEUoWqAHpjy0AAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAIElEQVRo3u3BAQEAAACC' +
    'IP+vbkhAAQAAAAAAAAAAAHwZKUAAAUbeFjwAAAAASUVORK5CYII=',
  'base64',
);
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const USAGE = { inputTokens: 1_500, outputTextTokens: 10, outputImageTokens: 1_120 };
/** Longer than a lease. */
const LEASE_OVER_MS = 70_000;
/** A job is given up when so many workers have vanished with it. */
const CRASHES_MAX = 3;
const MINUTE = 60_000;

/** Whose leases have run out when the others are played. */
const LEFT_LONG_AGO: Readonly<Record<string, Play>> = {
  'last-crash': async (world, scene) => {
    const id = await claimed(world, scene);
    for (let crashes = 1; crashes < CRASHES_MAX; crashes++) {
      await world.clock.advance(LEASE_OVER_MS);
      await claimAgain(world, scene, id);
    }
    return id;
  },
  'running-expired-lease': claimed,
  'drawn-not-finished': async (world, scene) => {
    const { run } = await claimedRun(world, scene);
    await storePicture(world.engine, run, drawing(run.model), new AbortController().signal);
    return run.id;
  },
};

const LEFT_JUST_NOW: Readonly<Record<string, Play>> = {
  succeeded: drawn,
  // The same wish of the same owner as the job before.
  reused: async world => (await submitted(world, 'succeeded', 'reused')).id,
  blocked: drawn,
  'retry-waits': drawn,
  'erase-pending': async (world, scene) => {
    const id = await drawn(world, scene);
    await erase(world.engine, id);
    return id;
  },
  'running-live-lease': claimed,
  'cancel-requested': async (world, scene) => {
    const id = await claimed(world, scene);
    await cancel(world.engine, id);
    return id;
  },
  'erase-while-running': async (world, scene) => {
    const id = await claimed(world, scene);
    await erase(world.engine, id);
    return id;
  },
  queued: async (world, scene) => (await submitted(world, scene)).id,
  'upload-unused': uploaded,
};

/** `world` is fresh. Its queue delivers nothing here: the worker is handed its tasks one by one. */
export async function playScenes(world: World): Promise<Played> {
  const keys = await openShop(world);
  const ids = new Map<string, string>();
  const play = async (scenes: Readonly<Record<string, Play>>) => {
    for (const [scene, act] of Object.entries(scenes)) {
      const id = await act(world, scene);
      if (id !== '') ids.set(scene, id);
      await world.clock.advance(100);
    }
  };
  await play(LEFT_LONG_AGO);
  await world.clock.advance(LEASE_OVER_MS);
  await play(LEFT_JUST_NOW);
  return { ids, keys };
}

async function openShop({ engine }: World): Promise<Played['keys']> {
  await seedStyles(engine.store);
  const fresh = (kind: keyof Played['keys']) => newKey(kind, engine.random);
  const keys = { admin: fresh('admin'), server: fresh('server'), storefront: fresh('storefront') };
  for (const kind of ['admin', 'server', 'storefront'] as const) {
    await registerKey(engine.store, keys[kind], { kind, shop: SHOP, now: engine.clock.now() });
  }
  const pause = { because: 'operator' as const, reason: 'maintenance', until: engine.clock.now() + 15 * MINUTE };
  await pauseQueue(engine, 'bulk', pause);
  return keys;
}

/** A named style for a shopper of a session, with everything that a submit may carry. */
async function submitted(world: World, shopper: string, scene = shopper) {
  const { engine } = world;
  const owner = { session: `session-${shopper}`, ipHash: `address-${shopper}` };
  const plain = await world.submission({ customer: shopper, photo: PHOTO, prompt: `Draw it for ${scene}.` });
  const scopes = scopesOf(SHOP, owner, 'named', engine.settings, engine.clock.now());
  const uid = ownerUid(engine.settings.idSecret, SHOP, owner);
  const named = {
    ...plain,
    ...STYLE,
    owner,
    ownerUid: uid,
    scopes,
    customId: `order-${scene}`,
    metadata: { order: scene },
    trace: TRACE,
  };
  const key = generationKey({ ...named, inputSha256: named.input.sha256 }, named.model);
  const answer = await submit(engine, { ...named, generationKey: key });
  if (answer.kind !== 'admitted' && answer.kind !== 'reused') throw new Error(`${scene}: ${answer.kind}`);
  return answer.job;
}

async function claimed(world: World, scene: string): Promise<string> {
  return (await claimedRun(world, scene)).run.id;
}

async function claimedRun(world: World, scene: string): Promise<{ run: Run }> {
  const { id } = await submitted(world, scene);
  return claimAgain(world, scene, id);
}

async function claimAgain(world: World, scene: string, id: string): Promise<{ run: Run }> {
  const answer = await claim(world.engine, id);
  if (answer.kind !== 'claimed') throw new Error(`${scene}: ${answer.kind}`);
  return answer;
}

/** Through the worker, as far as it comes: the model answers by the scene. */
async function drawn(world: World, scene: string): Promise<string> {
  const { engine } = world;
  const { id } = await submitted(world, scene);
  const lane = 'interactive' as const;
  const never = new AbortController().signal;
  const worker = createWorker({ engine, model: modelFor(scene), slots: 8, draining: never, stopping: never });
  const task = { queue: lane, name: `${id}-1`, kind: 'job' as const, payload: { jobId: id } };
  await worker.handle(task);
  await engine.queue.remove(lane, task.name);
  return id;
}

function modelFor(scene: string): Model {
  return {
    async generate({ model }) {
      if (scene === 'blocked') throw new ModelError('content_blocked', 'SAFETY', { usage: USAGE });
      const providerCode = '503 UNAVAILABLE';
      if (scene === 'retry-waits') throw new ModelError('overloaded', 'too many requests', { providerCode });
      return drawing(model);
    },
  };
}

function drawing(model: string): Drawing {
  return { bytes: PICTURE, model, usage: USAGE };
}

/** Empty where the code does not know direct uploads yet. */
async function uploaded({ engine }: World): Promise<string> {
  const known = await import('../../common/uploads.ts').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  });
  if (!known) return '';
  const wish = { shop: SHOP, ownerUid: 'somebody', contentType: 'image/png', bytes: PHOTO.length };
  const { upload } = await known.openUpload(engine, wish);
  await engine.bucket.put(upload.path, PHOTO, { contentType: 'image/png' });
  return upload.id;
}
