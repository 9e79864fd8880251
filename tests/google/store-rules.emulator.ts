/**
 * Holds the security rules to their one sentence: who is signed in may get the own job, and nobody may do anything
 * else. Asked over plain HTTP, every way in against every collection, with tokens such as the emulator believes.
 */
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { COLLECTIONS } from '../../common/collections.ts';
import { idTokenFor } from '../doubles/firebase-auth.ts';
import { startFirestoreEmulator } from '../doubles/firestore-emulator.ts';

const test = suite('Firestore rules');
const rules = fileURLToPath(new URL('../../infra-scripts/google/firestore.rules', import.meta.url));
const emulator = await startFirestoreEmulator({ rules });

const OWNER = 'uid-of-the-owner';
const READERS = ['nobody', 'anonymous', 'owner', 'other'] as const;
type Reader = (typeof READERS)[number];
/** Beside ours, one that nobody has declared. */
const NAMES = [...COLLECTIONS.map(({ name }) => name), 'elsewhere'];

test('the owner may get the own job, and this alone is allowed of everything', async () => {
  const ask = await openDatabase();
  const allowed: string[] = [];
  const refused: number[] = [];
  for (const reader of READERS) {
    for (const name of NAMES) {
      for (const [title, request] of Object.entries(requestsTo(name))) {
        const status = await ask(reader, request);
        if (status === 403) refused.push(status);
        else allowed.push(`${reader}: ${title} ${name} → ${status}`);
      }
    }
  }
  assert.equal(allowed, ['owner: get jobs → 200']);
  assert.is(refused.length, READERS.length * NAMES.length * Object.keys(requestsTo('')).length - 1);
});

test('a job of somebody else and a job that is not there are refused alike', async () => {
  const ask = await openDatabase();
  assert.is(await ask('owner', { path: '/jobs/foreign' }), 403);
  assert.is(await ask('owner', { path: '/jobs/missing' }), 403);
  assert.is(await ask('owner', { path: '/jobs/ownerless' }), 403);
  assert.is(await ask('owner', { path: '/jobs/own' }), 200);
});

test.run();

interface Ask {
  /** Below `documents`. */
  readonly path: string;
  readonly method?: string;
  readonly body?: unknown;
}

/** Each way to reach a collection; `own` is there in all of them, with the owner's uid in it. */
function requestsTo(name: string): Record<string, Ask> {
  const from = [{ collectionId: name }];
  const document = { fields: { ownerUid: { stringValue: OWNER } } };
  const mine = { fieldFilter: { field: { fieldPath: 'ownerUid' }, op: 'EQUAL', value: { stringValue: OWNER } } };
  return {
    get: { path: `/${name}/own` },
    list: { path: `/${name}` },
    'list mine of': { path: ':runQuery', method: 'POST', body: { structuredQuery: { from, where: mine } } },
    'list everywhere': {
      path: ':runQuery',
      method: 'POST',
      body: { structuredQuery: { from: [{ collectionId: name, allDescendants: true }] } },
    },
    count: {
      path: ':runAggregationQuery',
      method: 'POST',
      body: { structuredAggregationQuery: { structuredQuery: { from }, aggregations: [{ count: {} }] } },
    },
    create: { path: `/${name}?documentId=fresh`, method: 'POST', body: document },
    'update own in': { path: `/${name}/own`, method: 'PATCH', body: document },
    'update by mask own in': { path: `/${name}/own?updateMask.fieldPaths=x`, method: 'PATCH', body: { fields: {} } },
    'delete own in': { path: `/${name}/own`, method: 'DELETE' },
    'get below own in': { path: `/${name}/own/below/own` },
    'create below own in': { path: `/${name}/own/below?documentId=fresh`, method: 'POST', body: document },
  };
}

/** A database with documents in every collection; asks as somebody and answers with the status. */
async function openDatabase(): Promise<(reader: Reader, ask: Ask) => Promise<number>> {
  const project = emulator.newProject();
  const root = `http://${emulator.host}/v1/projects/${project}/databases/(default)/documents`;
  const send = async ({ path, method = 'GET', body }: Ask, token: string | undefined) => {
    const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(root + path, { method, headers, ...text });
    await answer.text();
    return answer.status;
  };
  // `owner` is the emulator's word for a caller whom no rules concern, as our services are.
  const write = async (path: string, ownerUid?: string) => {
    const fields = ownerUid === undefined ? {} : { ownerUid: { stringValue: ownerUid } };
    assert.is(await send({ path, method: 'PATCH', body: { fields } }, 'owner'), 200);
  };
  for (const name of NAMES) for (const below of ['', '/below/own']) await write(`/${name}/own${below}`, OWNER);
  await write('/jobs/foreign', 'uid-of-another');
  await write('/jobs/ownerless');
  return (reader, ask) => send(ask, tokenOf(reader, project));
}

function tokenOf(reader: Reader, project: string): string | undefined {
  if (reader === 'nobody') return undefined;
  const uid = { anonymous: 'uid-without-a-name', owner: OWNER, other: 'uid-of-another' }[reader];
  return idTokenFor({ project, uid, provider: reader === 'anonymous' ? 'anonymous' : 'custom' });
}
