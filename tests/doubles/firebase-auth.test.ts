/**
 * That the double of Firebase Auth refuses what is not exactly a custom token of the project's account: a test that signs
 * in through it proves something only as far as it can fail.
 */
import { SignJWT } from 'jose';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { idTokenFor, startFirebaseAuth } from './firebase-auth.ts';
import { createServiceAccount } from './storage.ts';

const test = suite('double of Firebase Auth');
const [account, stranger] = await Promise.all([createServiceAccount(), createServiceAccount()]);
const NOW_S = 1_795_413_739;
const GOOD = {
  iss: account.email,
  sub: account.email,
  aud: 'https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit',
  iat: NOW_S,
  exp: NOW_S + 3_600,
  uid: 'owner-1',
};
const { uid: _, ...NAMELESS } = GOOD;
const { exp: __, ...ENDLESS } = GOOD;
const BAD: { readonly [what: string]: string } = {
  'another key': await signed(GOOD, { by: stranger }),
  'no signature': idTokenFor({ project: 'demo', uid: 'owner-1' }),
  'a changed uid': (await signed(GOOD)).replace(part(GOOD), part({ ...GOOD, uid: 'owner-2' })),
  'another algorithm': await signed(GOOD, { alg: 'PS256' }),
  'another type': await signed(GOOD, { typ: 'at+jwt' }),
  'another audience': await signed({ ...GOOD, aud: 'https://example.com' }),
  'another issuer': await signed({ ...GOOD, iss: 'easel@other.iam.gserviceaccount.com' }),
  'another subject': await signed({ ...GOOD, sub: 'owner-1' }),
  'a life that is too long': await signed({ ...GOOD, exp: NOW_S + 3_601 }),
  'no end': await signed(ENDLESS),
  'an end that is past': await signed({ ...GOOD, iat: NOW_S - 3_600, exp: NOW_S }),
  'a beginning to come': await signed({ ...GOOD, iat: NOW_S + 1, exp: NOW_S + 60 }),
  'no uid': await signed(NAMELESS),
  'an empty uid': await signed({ ...GOOD, uid: '' }),
  'a uid that is too long': await signed({ ...GOOD, uid: 'a'.repeat(129) }),
  'a uid that is no text': await signed({ ...GOOD, uid: 1 }),
  'a claim too many': await signed({ ...GOOD, admin: true }),
  nonsense: 'nonsense',
};

test('a custom token as it should be signs its uid in, for the emulator to believe', async () => {
  const answer = await signIn(await signed(GOOD));
  assert.equal([answer.status, answer.body.idToken], [200, idTokenFor({ project: 'demo', uid: 'owner-1' })]);
});

for (const [what, token] of Object.entries(BAD)) {
  test(`${what} is refused`, async () => {
    const answer = await signIn(token);
    assert.equal([answer.status, answer.body.error?.message], [400, 'INVALID_CUSTOM_TOKEN']);
  });
}

test('without an API key there is no way in', async () => {
  assert.is((await signIn(await signed(GOOD), '')).status, 403);
});

test.run();

interface SignInAnswer {
  readonly idToken?: string;
  readonly error?: { readonly message: string };
}

async function signIn(token: string, key = 'key'): Promise<{ status: number; body: SignInAnswer }> {
  const double = await startFirebaseAuth({ project: 'demo', account, now: () => NOW_S * 1_000 });
  try {
    const url = `${double.url}/v1/accounts:signInWithCustomToken?key=${key}`;
    const answer = await fetch(url, { method: 'POST', body: JSON.stringify({ token, returnSecureToken: true }) });
    return { status: answer.status, body: (await answer.json()) as SignInAnswer };
  } finally {
    await double.close();
  }
}

function signed(claims: object, { by = account, alg = 'RS256', typ = 'JWT' } = {}): Promise<string> {
  return new SignJWT({ ...claims }).setProtectedHeader({ alg, typ }).sign(by.privateKey);
}

/** As it stands in a token. */
function part(claims: object): string {
  return Buffer.from(JSON.stringify(claims)).toString('base64url');
}
