/**
 * A double of the one door of Firebase Auth that custom tokens open (`accounts:signInWithCustomToken`): it judges them as
 * strictly as their documentation says, and gives out ID tokens such as the Firestore emulator believes, which are
 * unsigned. It serves this project alone and remembers nobody.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import type { ServiceAccount } from './storage.ts';
import { closeServer, listen } from './tasks/listen.ts';

export interface FirebaseAuthOptions {
  readonly project: string;
  /** Of the project: whose signatures it takes. */
  readonly account: ServiceAccount;
  readonly now: () => number;
}

export interface FirebaseAuthDouble {
  /** As `connectAuthEmulator` of the Firebase SDK takes it; the paths of the real service work, too. */
  readonly url: string;
  close(): Promise<void>;
}

/** Who has signed in, as the emulator's rules see them. */
export interface SignedIn {
  readonly project: string;
  readonly uid: string;
  readonly provider?: 'custom' | 'anonymous';
}

const AUDIENCE = 'https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit';
const CLAIMS = ['aud', 'exp', 'iat', 'iss', 'sub', 'uid'];
const LIFE_MAX_S = 3_600;
const UID_LENGTH_MAX = 128;
/** Keys are what it goes by, and pages of any origin may ask. */
const FROM_ANY_PAGE = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*' };
const SIGN_IN = /\/v1\/accounts:signInWithCustomToken$/;
/** The SDK looks the user up after every sign-in. */
const LOOKUP = /\/v1\/accounts:lookup$/;

export async function startFirebaseAuth(options: FirebaseAuthOptions): Promise<FirebaseAuthDouble> {
  const server = createServer((request, response) => {
    answer(options, request).then(
      ({ status, body }) =>
        response.writeHead(status, { ...FROM_ANY_PAGE, 'Content-Type': 'application/json' }).end(JSON.stringify(body)),
      () => response.destroy(),
    );
  });
  return { url: `http://127.0.0.1:${await listen(server)}`, close: () => closeServer(server) };
}

/** What Firebase would have signed; the emulator looks at the claims alone. */
export function idTokenFor({ project, uid, provider = 'custom' }: SignedIn): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: `https://securetoken.google.com/${project}`,
    aud: project,
    sub: uid,
    user_id: uid,
    auth_time: 1,
    iat: 1,
    exp: 4_102_444_800,
    firebase: { sign_in_provider: provider, identities: {} },
  };
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

async function answer(options: FirebaseAuthOptions, request: IncomingMessage): Promise<Answer> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (request.method === 'OPTIONS') return { status: 200, body: {} };
  if (request.method !== 'POST') return refusal(404, 'NOT_FOUND');
  if (!searchParams.get('key')) return refusal(403, 'The request is missing a valid API key.');
  const { token, idToken } = (await json(request)) as { token?: string; idToken?: string };
  if (SIGN_IN.test(pathname)) return signIn(options, token ?? '');
  if (LOOKUP.test(pathname)) return { status: 200, body: { users: [{ localId: uidIn(idToken ?? '') }] } };
  return refusal(404, 'NOT_FOUND');
}

async function signIn(options: FirebaseAuthOptions, token: string): Promise<Answer> {
  const claims = await verified(options, token).catch(() => undefined);
  if (!claims) return refusal(400, 'INVALID_CUSTOM_TOKEN');
  const idToken = idTokenFor({ project: options.project, uid: String(claims.uid) });
  const kind = 'identitytoolkit#VerifyCustomTokenResponse';
  return { status: 200, body: { kind, idToken, refreshToken: 'none', expiresIn: '3600', isNewUser: false } };
}

/**
 * The claims of a token that Firebase Auth would take; undefined or an error for any other.
 * https://firebase.google.com/docs/auth/admin/create-custom-tokens#create_custom_tokens_using_a_third-party_jwt_library
 */
async function verified({ account, now }: FirebaseAuthOptions, token: string): Promise<JWTPayload | undefined> {
  const { payload } = await jwtVerify(token, account.publicKey, {
    algorithms: ['RS256'],
    audience: AUDIENCE,
    issuer: account.email,
    subject: account.email,
    currentDate: new Date(now()),
    requiredClaims: CLAIMS,
  });
  const { uid, iat = 0, exp = 0 } = payload;
  const named = typeof uid === 'string' && uid.length > 0 && uid.length <= UID_LENGTH_MAX;
  const timely = iat * 1_000 <= now() && exp - iat <= LIFE_MAX_S;
  const bare = Object.keys(payload).sort().join() === CLAIMS.join();
  return named && timely && bare && decodeProtectedHeader(token).typ === 'JWT' ? payload : undefined;
}

function uidIn(idToken: string): unknown {
  const [, claims = ''] = idToken.split('.');
  return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { sub?: unknown }).sub;
}

function refusal(status: number, message: string): Answer {
  return {
    status,
    body: { error: { code: status, message, errors: [{ message, domain: 'global', reason: 'invalid' }] } },
  };
}
