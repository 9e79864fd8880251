/**
 * A shopper's page as Firestore sees it: a session opened with `{"firestore": true}`, its custom token taken to the double
 * of Firebase Auth, and the Firestore SDK speaking with the ID token that came of it.
 */
import { Firestore } from '@google-cloud/firestore';
import { decodeJwt } from 'jose';
import type { FirestoreAccess } from '../../common/platform/client-access.ts';
import type { GoogleBackends } from '../../infra-scripts/local/google-backends.ts';
import { type FirebaseAuthDouble, startFirebaseAuth } from '../doubles/firebase-auth.ts';
import type { Service } from '../service.ts';

export interface SessionAnswer {
  readonly token: string;
  readonly firestore: FirestoreAccess;
}

export interface Shopper {
  readonly session: SessionAnswer;
  /** As the custom token has it. */
  readonly uid: string;
  readonly idToken: string;
  /** Firestore as this shopper, under the rules. */
  readonly db: Firestore;
}

export interface Shop {
  readonly service: Service;
  readonly backends: GoogleBackends;
  readonly auth: FirebaseAuthDouble;
  enter(): Promise<Shopper>;
  /** Firestore as a service, whom no rules concern. */
  openAsService(databaseId: string): Firestore;
}

/** Runs a test among shoppers of a service, and signs them all out whatever happened. */
export function inShop(test: (shop: Shop) => Promise<void>): (service: Service) => Promise<void> {
  return async service => {
    const backends = service.backends();
    if (!backends) throw new Error('there is no Firestore on the embedded platform');
    // There is no Google to ask for credentials, and the SDK would wait for it.
    process.env.METADATA_SERVER_DETECTION = 'none';
    const { project, storage } = backends;
    const auth = await startFirebaseAuth({ project, account: storage.account, now: Date.now });
    const opened: Firestore[] = [];
    const open = (databaseId: string, idToken?: string) => {
      const db = openFirestore(backends, databaseId, idToken);
      opened.push(db);
      return db;
    };
    const enter = async () => {
      const { session, idToken } = await signIn(service, auth);
      const uid = String(decodeJwt(session.firestore.token).uid);
      return { session, uid, idToken, db: open(session.firestore.databaseId, idToken) };
    };
    try {
      await test({ service, backends, auth, enter, openAsService: databaseId => open(databaseId) });
    } finally {
      await Promise.all(opened.map(db => db.terminate()));
      await auth.close();
    }
  };
}

export async function openSession(service: Service, body: object = { firestore: true }) {
  const { storefront } = await service.keys();
  const headers = { 'Content-Type': 'application/json' };
  return service.call<SessionAnswer>('POST', '/v1/sessions', { key: storefront, headers, body: JSON.stringify(body) });
}

async function signIn(service: Service, auth: FirebaseAuthDouble) {
  const { body: session } = await openSession(service);
  const { token } = session.firestore;
  const url = `${auth.url}/v1/accounts:signInWithCustomToken?key=any`;
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify({ token, returnSecureToken: true }) });
  const { idToken } = (await answer.json()) as { idToken?: string };
  if (idToken === undefined) throw new Error(`nobody signed in: ${answer.status}`);
  return { session, idToken };
}

/**
 * Without encryption the SDK takes itself for a service, whom no rules concern, unless a header of its own says who else
 * it is. An `authClient` is not heard there: a test that relied on one would read everything and call it allowed.
 */
function openFirestore(backends: GoogleBackends, databaseId: string, idToken?: string): Firestore {
  const { project: projectId, emulatorHost: host } = backends;
  const customHeaders = idToken === undefined ? {} : { Authorization: `Bearer ${idToken}` };
  // With the last one a refusal is final at once; the transport would ask again for seven seconds.
  return new Firestore({ projectId, databaseId, host, ssl: false, customHeaders, gaxServerStreamingRetries: true });
}
