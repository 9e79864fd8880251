/**
 * What the proxy before the emulator mends, without which a service cannot be killed on it, nor draw twenty pictures at
 * once: locks of clients that died, and queries in transactions that lock a whole collection.
 */
import { type ClientHttp2Session, connect, constants } from 'node:http2';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { put, raise, things } from '../../common/platform/store-conformance/world.ts';
import { startFirestoreEmulator } from '../doubles/firestore-emulator.ts';
import { prefixed, writeFields } from '../doubles/firestore-wire.ts';
import { waitFor } from '../wait-for.ts';
import { type FirestoreWorld, inFirestore } from './store-world.ts';

const test = suite('the Firestore proxy');
const emulator = await startFirestoreEmulator();
const run = (title: string, body: (world: FirestoreWorld) => Promise<void>) =>
  test(title, inFirestore(emulator, body, { mends: true }));

run('what a client locked that died is free at once', async ({ store, proxy, projectId }) => {
  await put(store, { id: 'a', rank: 1 });
  const client = openClient(proxy.host);
  await lock(client, projectId, 'a').answered;
  client.destroy();
  // Without the proxy's doing this is given up after some twenty seconds.
  await raise(store, 'a');
  assert.is((await store.get(things, 'a'))?.rank, 2);
});

run('what a client locked that never heard the answer is free at once', async ({ store, proxy, projectId }) => {
  await put(store, { id: 'a', rank: 1 });
  for (const leave of ['cancel', 'die'] as const) {
    const client = openClient(proxy.host);
    const before = proxy.calls.length;
    emulator.pause();
    const { call } = lock(client, projectId, 'a');
    await waitFor('the call', () => proxy.calls.length > before);
    if (leave === 'cancel') call.close(constants.NGHTTP2_CANCEL);
    else client.destroy();
    emulator.resume();
    await raise(store, 'a');
    client.destroy();
  }
  assert.is((await store.get(things, 'a'))?.rank, 3);
});

run('transactions that query a collection and then write into it all come through', async ({ store }) => {
  const ids = Array.from({ length: 16 }, (_, index) => `d${index}`);
  await put(store, ...ids.map(id => ({ id, rank: 0 })));
  const raiseUnlessListed = (id: string) =>
    store.transaction(async tx => {
      const thing = await tx.get(things, id);
      const { items } = await tx.list({ from: things, where: [['label', '==', id]], limit: 1 });
      if (items.length === 0) tx.set(things, { id, rank: (thing?.rank ?? 0) + 1 });
    });
  // Without the proxy's doing most of them are contended to the end.
  await Promise.all(ids.map(raiseUnlessListed));
  const { items } = await store.list({ from: things, limit: 100 });
  assert.equal(
    items.map(({ rank }) => rank),
    ids.map(() => 1),
  );
});

run('who queries and dies does not keep the others', async ({ store, proxy, projectId }) => {
  const client = openClient(proxy.host);
  const call = request(client, 'RunQuery', {
    1: `projects/${projectId}/databases/(default)/documents`,
    // structured_query { from { collection_id } }, new_transaction { read_write {} }
    2: writeFields({ 2: writeFields({ 2: Buffer.from(things.name) }) }),
    6: writeFields({ 3: Buffer.alloc(0) }),
  });
  await call.answered;
  client.destroy();
  await store.transaction(async tx => {
    await tx.list({ from: things, limit: 1 });
    tx.set(things, { id: 'a' });
  });
});

test.run();

function openClient(host: string): ClientHttp2Session {
  return connect(`http://${host}`).on('error', () => {});
}

/** Begins a transaction that reads a document, as the SDK does. */
function lock(client: ClientHttp2Session, projectId: string, id: string) {
  const database = `projects/${projectId}/databases/(default)`;
  return request(client, 'BatchGetDocuments', {
    1: database,
    2: `${database}/documents/${things.name}/${id}`,
    // new_transaction { read_write {} }
    5: writeFields({ 3: Buffer.alloc(0) }),
  });
}

function request(client: ClientHttp2Session, method: string, fields: { [number: number]: string | Buffer }) {
  const call = client.request({
    ':method': 'POST',
    ':path': `/google.firestore.v1.Firestore/${method}`,
    'content-type': 'application/grpc',
    te: 'trailers',
    authorization: 'Bearer owner',
  });
  call.on('error', () => {});
  const bytes = Object.entries(fields).map(([number, field]) => [number, Buffer.from(field as string)]);
  call.end(prefixed(writeFields(Object.fromEntries(bytes))));
  const answered = new Promise<void>((resolve, reject) => {
    call.once('data', () => resolve());
    call.once('trailers', trailers => reject(new Error(`${method}: ${trailers['grpc-message']}`)));
  });
  answered.catch(() => {});
  return { call, answered };
}
