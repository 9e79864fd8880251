/**
 * Clients that go away while the service is still looking up who they are: nothing of theirs stays taken, neither memory
 * nor places. Platform: the API in the test's process, on SQLite, whose first look-up is held back.
 */
import { connect } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Store } from '../common/platform/store.ts';
import { type ApiWorld, inApiWorld } from './api-world.ts';
import { openEvents } from './event-stream.ts';
import { waitFor } from './wait-for.ts';

const test = suite('a client that goes away early');
const MIB = 2 ** 20;
/** Together all the memory that is set aside for bodies. */
const CLIENTS = 16;

/** Reads of a collection wait while it is shut. */
function createGate(collection: string) {
  let opened = Promise.resolve();
  let open = () => {};
  let waiting = 0;
  return {
    waiting: () => waiting,
    shut() {
      waiting = 0;
      ({ promise: opened, resolve: open } = Promise.withResolvers<void>());
    },
    open: () => open(),
    around: (store: Store): Store => ({
      ...store,
      get: async (from, id) => {
        const document = await store.get(from, id);
        if (from.name === collection) {
          waiting++;
          await opened;
        }
        return document;
      },
    }),
  };
}

/** Begins a request, and leaves once the service has begun to look something up. */
async function leaveEarly(world: ApiWorld, lines: readonly string[], held: () => boolean): Promise<void> {
  const { hostname, port } = new URL(world.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.write(`${[...lines, `Host: ${hostname}:${port}`].join('\r\n')}\r\n\r\n`);
  if (lines[0]?.startsWith('POST')) socket.write(lines.some(line => /multipart/.test(line)) ? PART : '{"image":');
  await waitFor('the look-up', held);
  socket.destroy();
}

const PART = '--b\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n\xff\xd8\xff';

for (const type of ['multipart/form-data; boundary=b', 'application/json']) {
  const gate = createGate('keys');
  test(
    `leaves the memory of its body to others: ${type}`,
    inApiWorld(
      async world => {
        for (let client = 0; client < CLIENTS; client++) {
          const key = await world.key('server');
          gate.shut();
          const lines = [
            'POST /v1/jobs HTTP/1.1',
            `Authorization: Bearer ${key}`,
            `Content-Type: ${type}`,
            `Content-Length: ${16 * MIB}`,
          ];
          await leaveEarly(world, lines, () => gate.waiting() > 0);
          // By the time that others who came later are answered, the service knows that this one has left.
          for (let other = 0; other < 3; other++) await world.call('GET /health');
          gate.open();
        }
        const as = await world.key('server');
        assert.is((await world.submit({ as })).status, 202);
      },
      { around: ({ store }) => ({ store: gate.around(store) }) },
    ),
  );
}

const places = createGate('jobs');
test(
  'takes no place among those who wait',
  inApiWorld(
    async world => {
      const key = await world.key('server');
      const { body } = await world.submit({ as: key });
      const url = `/v1/jobs/${body.id}/events`;
      places.shut();
      await leaveEarly(world, [`GET ${url} HTTP/1.1`, `Authorization: Bearer ${key}`], () => places.waiting() > 0);
      for (let other = 0; other < 3; other++) await world.call('GET /health');
      places.open();
      const next = await waitFor('the place to be free', async () => {
        const opened = await openEvents(`${world.url}${url}`, { key });
        return opened.status === 200 && opened;
      });
      next.leave();
    },
    { parts: { waitersMax: 1 }, around: ({ store }) => ({ store: places.around(store) }) },
  ),
);

let broken = false;
test(
  'a wait that fails keeps no place either',
  inApiWorld(
    async world => {
      const as = await world.key('server');
      const { body } = await world.submit({ as });
      broken = true;
      const failed = await world.call(`GET /v1/jobs/${body.id}`, { as, headers: { Prefer: 'wait=1' } });
      assert.is(failed.status, 500);
      broken = false;
      const next = await openEvents(`${world.url}/v1/jobs/${body.id}/events`, { key: as });
      assert.is(next.status, 200);
      next.leave();
    },
    {
      parts: { waitersMax: 1 },
      around: ({ store }) => ({
        store: {
          ...store,
          watch: (from, id, onChange) => {
            if (broken) throw new Error('decided to fail');
            return store.watch(from, id, onChange);
          },
        },
      }),
    },
  ),
);

test.run();
