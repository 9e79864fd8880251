/**
 * What is remembered from one poll to the next: never shown once it is not so any more, nor to whom it does not belong.
 * Platform: the API and the worker in the test's process, on SQLite and a directory; the clock is the test's.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runs } from '../common/collections.ts';
import { LIMITS } from '../common/limits.ts';
import type { Bucket } from '../common/platform/bucket.ts';
import type { Collection, Document, Store } from '../common/platform/store.ts';
import { type ApiWorld, inApiWorld } from './api-world.ts';
import { waitFor } from './wait-for.ts';

const test = suite('poll memory');
/** Shops and keys are looked at anew after this. */
const LOOKED_AT_MS = 30_000;
/** A queue, after this. */
const LANE_LOOKED_AT_MS = 1_000;

interface JobAnswer {
  readonly status: string;
  readonly done: boolean;
  readonly queue?: { readonly position?: number };
  readonly costUsd?: number;
  readonly output?: { readonly url?: string; readonly previewUrl: string; readonly urlExpiresAt: string };
}

test(
  'a picture is looked up and signed once for each state of its job, right of the reader and window of the URLs',
  inApiWorld(
    async world => {
      const { server, session, id } = await drawn(world);
      const first = await read(world, session, id);
      const before = { ...spent };
      assert.equal(await read(world, session, id), first);
      assert.equal(spent, before, 'nothing was asked or signed again');

      assert.equal((await read(world, server, id)).output, first.output, 'a server may have the same');
      await world.clock.advance(LIMITS.readUrlWindowMs);
      const later = await read(world, session, id);
      assert.is.not(later.output?.url, first.output?.url);
      assert.is.not(later.output?.previewUrl, first.output?.previewUrl);
      assert.is(expiryOf(later.output?.url), expiryOf(first.output?.url) + LIMITS.readUrlWindowMs);
      assert.is(expiryOf(later.output?.url), Date.parse(later.output?.urlExpiresAt ?? ''));
    },
    { around: counts },
  ),
);

test(
  'the answer follows the job: into the folder of orders, and to nothing when it is erased',
  inApiWorld(async world => {
    const { server, session, id } = await drawn(world);
    assert.is(folderOf((await read(world, session, id)).output?.url), 'cache');
    await world.call(`POST /v1/jobs/${id}/order`, { as: server, body: { orderId: '1' } });
    await waitFor('the picture to be kept', async () => (await world.run(id)).kept?.picture === true);
    for (const as of [session, server]) {
      const { output } = await read(world, as, id);
      assert.equal([folderOf(output?.url), folderOf(output?.previewUrl)], ['orders', 'orders']);
    }
    await world.call(`DELETE /v1/jobs/${id}`, { as: session });
    for (const as of [session, server]) assert.is((await read(world, as, id)).output, undefined);
  }),
);

test(
  'what one reader was shown is shown to nobody who may not have it',
  inApiWorld(async world => {
    const { session, id } = await drawn(world);
    assert.is((await read(world, session, id)).done, true);
    await world.shop('dogs');
    const others = [
      await sessionOf(world),
      await world.key('server', { shop: 'dogs' }),
      await sessionOf(world, 'dogs'),
      await sessionOf(world, 'dogs'),
    ];
    for (const as of others) assert.is((await world.call(`GET /v1/jobs/${id}`, { as })).status, 404);
    assert.is((await world.call(`GET /v1/jobs/${id}`)).status, 401);
  }),
);

test(
  'a shop that begins or ceases to keep whole pictures back is obeyed, and its server sees them all the time',
  inApiWorld(async world => {
    const { server, session, id } = await drawn(world);
    const etags: unknown[] = [];
    for (const release of [undefined, 'on-order', undefined] as const) {
      await world.shop('cats', release ? { release } : {});
      await world.clock.advance(LOOKED_AT_MS);
      const { output } = await read(world, session, id);
      assert.equal([typeof output?.url, typeof output?.previewUrl], [release ? 'undefined' : 'string', 'string']);
      assert.is(typeof (await read(world, server, id)).output?.url, 'string');
      etags.push((await world.call(`GET /v1/jobs/${id}`, { as: session })).headers.etag);
    }
    assert.is.not(etags[0], etags[1]);
  }),
);

test(
  'the place in the queue is told anew as it moves, and the state as soon as it changes',
  inApiWorld(async world => {
    await world.shop('cats');
    const session = await sessionOf(world);
    const ahead = (await world.submit({ as: session })).body.id;
    const { id } = (await world.submit({ as: session }, { style: 'ink-wash' })).body;
    const place = async () => (await read(world, session, id)).queue?.position;
    await world.clock.advance(LANE_LOOKED_AT_MS);
    assert.equal([await place(), await place()], [2, 2]);
    await world.call(`POST /v1/jobs/${ahead}/cancel`, { as: session });
    await world.clock.advance(LANE_LOOKED_AT_MS);
    assert.equal([await place(), await place()], [1, 1]);
    await world.call(`POST /v1/jobs/${id}/cancel`, { as: session });
    const canceled = await read(world, session, id);
    assert.equal([canceled.status, canceled.done, canceled.queue], ['canceled', true, undefined]);
  }),
);

test(
  'a server is told of the run as it stands, a session never of it, whoever asked first',
  inApiWorld(async world => {
    const { server, session, id } = await drawn(world);
    const admin = await world.key('admin');
    for (const costMicroUsd of [1_000_000, 2_000_000]) {
      const run = await world.run(id);
      const attempts = run.attempts.map(attempt => ({ ...attempt, costMicroUsd }));
      // As a cost that is learnt late: no client sees a change, so that the job and its ETag stay as they are.
      await world.engine.store.transaction(async tx => tx.set(runs, { ...run, attempts }));
      for (const as of [session, server, admin, session]) {
        const { costUsd } = await read(world, as, id);
        assert.is(costUsd, as === session ? undefined : costMicroUsd / 1_000_000);
      }
    }
  }),
);

test(
  'a session whose key is revoked sees nothing any more, however often it asked before',
  inApiWorld(async world => {
    const { storefront, session, id } = await drawn(world);
    for (let polls = 0; polls < 3; polls++) await read(world, session, id);
    await world.revoke(storefront);
    await world.clock.advance(LOOKED_AT_MS);
    assert.is((await world.call(`GET /v1/jobs/${id}`, { as: session })).status, 401);
  }),
);

test.run();

/** How often a run was read by itself, and a URL signed. */
const spent = { runs: 0, signed: 0 };

function counts({ store, bucket }: { store: Store; bucket: Bucket }) {
  return {
    store: {
      ...store,
      get<D extends Document>(from: Collection<D>, id: string) {
        if (from.name === runs.name) spent.runs++;
        return store.get(from, id);
      },
    },
    bucket: {
      ...bucket,
      signedReadUrl(...asked: Parameters<Bucket['signedReadUrl']>) {
        spent.signed++;
        return bucket.signedReadUrl(...asked);
      },
    },
  };
}

/** A shop with a job of a shopper that is done. */
async function drawn(world: ApiWorld) {
  world.startWorker();
  await world.shop('cats');
  const server = await world.key('server', { shop: 'cats' });
  const storefront = await world.key('storefront', { shop: 'cats' });
  const session = (await world.call('POST /v1/sessions', { as: storefront })).body.token ?? '';
  const { id } = (await world.submit({ as: session })).body;
  await world.done(id);
  return { server, storefront, session, id };
}

async function sessionOf(world: ApiWorld, shop = 'cats'): Promise<string> {
  const as = await world.key('storefront', { shop });
  return (await world.call('POST /v1/sessions', { as })).body.token ?? '';
}

async function read(world: ApiWorld, as: string, id: string): Promise<JobAnswer> {
  const { status, body } = await world.call<JobAnswer>(`GET /v1/jobs/${id}`, { as });
  assert.is(status, 200);
  return body;
}

function folderOf(url = ''): string | undefined {
  return new URL(url).pathname.split('/')[2];
}

/** In ms since 1970. */
function expiryOf(url = ''): number {
  return Number(new URL(url).searchParams.get('expires')) * 1_000;
}
