/**
 * The whole API over real HTTP in the test's own process, on a world whose clock stands still: for questions about who
 * is let in, where minutes and days have to pass. There is no worker; a job waits for ever.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { ApiParts } from '../api/api.ts';
import { createApi, ROUTES } from '../api/app.ts';
import { objectRoutes } from '../api/objects.ts';
import type { Route } from '../api/route.ts';
import { keys, shops } from '../common/collections.ts';
import type { Key, KeyKind, Shop } from '../common/documents.ts';
import { sha256 } from '../common/ids.ts';
import { newKey } from '../common/keys.ts';
import { OFFLINE_MODEL } from '../common/models.ts';
import { createOutbound } from '../common/outbound/outbound.ts';
import { noClientAccess } from '../common/platform/client-access.ts';
import { seedStyles } from '../common/seed-styles.ts';
import { serve } from '../common/serve.ts';
import { send } from './object-client.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

export interface ApiWorld extends World {
  readonly url: string;
  /** What session tokens are signed with. */
  readonly sessionSecret: Uint8Array;
  /** Writes a shop; what is not named is as in a new one. */
  shop(id: string, fields?: Partial<Shop>): Promise<Shop>;
  /** Makes a key and returns it. */
  key(kind: KeyKind, fields?: Partial<Key>): Promise<string>;
  revoke(key: string): Promise<void>;
  call<B = Answered>(request: string, options?: Asked): Promise<ApiAnswer<B>>;
  /** Submits a photo with these fields, or with a style alone. */
  submit(asked: Omit<Asked, 'body'>, fields?: object): Promise<ApiAnswer<Answered & { readonly id: string }>>;
  /** Submits a photo in one style as a batch. */
  submitBatch(asked: Omit<Asked, 'body'>, fields?: object): Promise<ApiAnswer<Answered & { readonly id: string }>>;
}

export interface Asked {
  /** A key or a token. */
  readonly as?: string;
  readonly origin?: string;
  readonly headers?: { readonly [name: string]: string };
  /** Sent as JSON. */
  readonly body?: unknown;
}

export interface ApiAnswer<B = Answered> {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly body: B;
  readonly text: string;
}

export interface Answered {
  readonly code?: string;
  readonly token?: string;
  readonly detail?: string;
}

export interface ApiWorldOptions extends WorldOptions {
  /** Signed addresses lead to where the API listens, for a test with a browser. */
  readonly isVisited?: boolean;
  readonly parts?: Partial<ApiParts>;
  readonly routes?: readonly Route[];
}

/** Opens a world with its API, runs the test in it, and closes it whatever happened. */
export function inApiWorld(test: (world: ApiWorld) => Promise<void>, options: ApiWorldOptions = {}) {
  return async (): Promise<void> => {
    const directory = await mkdtemp(join(tmpdir(), 'easel-api-'));
    let origin: string | undefined;
    const world = await openWorld(directory, { ...options, ...(options.isVisited ? { baseUrl: () => origin } : {}) });
    const closing = new AbortController();
    try {
      const { serving, sessionSecret } = await startApi(world, closing.signal, options);
      try {
        const { call, url } = requests(serving.url);
        origin = url;
        const submit: ApiWorld['submit'] = async (asked, fields = { style: 'charcoal' }) =>
          call('POST /v1/jobs', { ...asked, body: { ...fields, image: { data: await photo() } } });
        const submitBatch: ApiWorld['submitBatch'] = async (asked, fields = { styles: ['ink-wash'] }) =>
          call('POST /v1/batches', { ...asked, body: { ...fields, image: { data: await photo() } } });
        await test({ ...world, ...operators(world), url, call, submit, submitBatch, sessionSecret });
      } finally {
        closing.abort();
        await serving.close();
      }
    } finally {
      await world.close();
      await rm(directory, { recursive: true });
    }
  };
}

async function startApi(
  { engine, platform }: World,
  closing: AbortSignal,
  { parts, routes = ROUTES }: ApiWorldOptions,
) {
  await seedStyles(engine.store);
  const { bucket } = platform;
  const sessionSecret = platform.secrets.sessions;
  const api = createApi(
    {
      engine,
      clientAccess: noClientAccess,
      outbound: createOutbound({ ...engine, allow: [] }),
      sessionSecret,
      defaultModel: OFFLINE_MODEL,
      closing,
      objects: objectRoutes({ bucket, signedObjects: bucket, clock: engine.clock }),
      ...parts,
    },
    routes,
  );
  return { serving: await serve(api.callback(), { host: '127.0.0.1', port: 0 }), sessionSecret };
}

function requests(url: string): Pick<ApiWorld, 'url' | 'call'> {
  return {
    url,
    async call<B>(request: string, { as, origin, headers = {}, body }: Asked = {}) {
      const [method = '', path = ''] = request.split(' ');
      const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
      const answer = await send(path.startsWith('http') ? path : url + path, {
        method,
        headers: {
          ...(as === undefined ? {} : { authorization: `Bearer ${as}` }),
          ...(origin === undefined ? {} : { origin }),
          // Node announces no length for the body of a DELETE by itself.
          ...(bytes ? { 'content-type': 'application/json', 'content-length': String(bytes.length) } : {}),
          ...headers,
        },
        ...(bytes ? { body: bytes } : {}),
      });
      const text = answer.body.toString();
      const isJson = /[/+]json/.test(String(answer.headers['content-type']));
      return { ...answer, text, body: (isJson && text !== '' ? JSON.parse(text) : {}) as B };
    },
  };
}

/** The smallest that the styles take, in base64. */
export async function photo(): Promise<string> {
  const square = sharp({ create: { width: 256, height: 256, channels: 3, background: '#c8783c' } });
  return (await square.png().toBuffer()).toString('base64');
}

function operators({ engine, clock }: World): Pick<ApiWorld, 'shop' | 'key' | 'revoke'> {
  const { store, random } = engine;
  return {
    async shop(id, fields = {}) {
      const now = clock.now();
      const shop = { id, name: id, origins: [], freePrompts: false, createdAt: now, updatedAt: now, ...fields };
      await store.transaction(async tx => tx.set(shops, shop));
      return shop;
    },
    async key(kind, fields = {}) {
      const text = newKey(kind, random);
      const document: Key = { id: sha256(text), kind, shop: 'default', createdAt: clock.now(), ...fields };
      await store.transaction(async tx => tx.set(keys, document));
      return text;
    },
    async revoke(key) {
      const id = sha256(key);
      const found = await store.get(keys, id);
      if (!found) throw new Error('there is no such key');
      await store.transaction(async tx => tx.set(keys, { ...found, revokedAt: clock.now() }));
    },
  };
}
