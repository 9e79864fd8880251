/**
 * Custom tokens for Firestore's clients: what stands in them, that they verify, and what becomes of them when IAM flakes.
 */
import { inspect } from 'node:util';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withKeyFile } from '../../tests/doubles/storage/key-file.ts';
import { createServiceAccount } from '../../tests/doubles/storage.ts';
import { inStorageWorld, type StorageWorld } from '../../tests/doubles/storage-world.ts';
import { isPlatformError } from '../platform/errors.ts';
import type { StorageBucketOptions } from './bucket.ts';
import { createClientAccess } from './client-access.ts';

const AUDIENCE = 'https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit';
const UID = '3rj6q0w5y8t2nk4m9xvb7czdhe';

test(
  'a client gets project, database and a token that says who it is, for an hour, signed by the account',
  inStorageWorld(async world => {
    const { double, clock } = world;
    const { token, ...rest } = await accessOf(world);
    assert.equal(rest, { projectId: 'demo', databaseId: 'easel' });
    assert.equal(decodeProtectedHeader(token), { alg: 'RS256', typ: 'JWT' });
    const { payload } = await jwtVerify(token, double.account.publicKey, { currentDate: new Date(clock.now()) });
    const iat = Math.floor(clock.now() / 1_000);
    const { email } = double.account;
    assert.equal(payload, { iss: email, sub: email, aud: AUDIENCE, iat, exp: iat + 3_600, uid: UID });
  }),
);

test(
  'tokens and URLs are signed by one identity: the account is asked for once, the signatures for each',
  inStorageWorld(async ({ double, clock, reopenSigned }) => {
    const { bucket, signer } = reopenSigned();
    const access = createClientAccess({ projectId: 'demo', databaseId: 'easel', signer, clock });
    const both = [access.firestore(UID), bucket.signedReadUrl('a', { expiresAt: clock.now() + 60_000 })];
    await Promise.all([...both, access.firestore('another')]);
    assert.equal([double.requestsOf('email'), double.requestsOf('signBlob')], [1, 3]);
  }),
);

test(
  'a signature is asked for again when IAM flakes',
  inStorageWorld(async world => {
    world.double.plan({ on: 'signBlob', what: { kind: 'refuse', status: 503 } });
    world.double.plan({ on: 'signBlob', what: { kind: 'reset' } });
    const { token } = await accessOf(world);
    await jwtVerify(token, world.double.account.publicKey, { currentDate: new Date(world.clock.now()) });
    assert.equal(world.logged, ['signing_retry sign 503', 'signing_retry sign ECONNRESET']);
  }),
);

test(
  'without a signature there is no access: unavailable, and neither the error nor the log holds what was to be signed',
  inStorageWorld(async world => {
    world.double.plan({ on: 'signBlob', what: { kind: 'refuse', status: 403 }, times: 5 });
    const error = await accessOf(world).catch((reason: unknown) => reason);
    assert.ok(isPlatformError(error, 'unavailable'), String(error));
    assert.is(world.double.requestsOf('signBlob'), 5);
    const told = inspect(error, { depth: 9 }) + world.logged.join();
    assert.match(told, 'IAM did not sign "a custom token": 403');
    assert.not.match(told, 'eyJ');
    assert.not.match(told, UID);
    assert.ok((await accessOf(world)).token, 'the failure is not kept');
  }),
);

test(
  'with a key of its own a process asks nobody',
  inStorageWorld(async world => {
    const account = await createServiceAccount('keyed@demo.iam.gserviceaccount.com');
    await withKeyFile(account, async keyFilename => {
      const storage = { apiEndpoint: world.double.url, keyFilename };
      const { token } = await accessOf(world, { storage });
      const currentDate = new Date(world.clock.now());
      const { payload } = await jwtVerify(token, account.publicKey, { currentDate });
      assert.equal([payload.iss, payload.sub], [account.email, account.email]);
      assert.is(world.double.requests.length, 0);
    });
  }),
);

test.run();

async function accessOf({ clock, reopenSigned }: StorageWorld, options: Partial<StorageBucketOptions> = {}) {
  const { signer } = reopenSigned(options);
  const access = await createClientAccess({ projectId: 'demo', databaseId: 'easel', signer, clock }).firestore(UID);
  if (!access) throw new Error('Firestore lets clients in');
  return access;
}
