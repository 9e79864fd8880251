/**
 * Reads a job's document in Firestore, over its REST interface: the session's custom token is exchanged for an ID token at
 * Identity Toolkit, and the rules of the database let it get its own jobs. Whatever fails here makes the watch go on by
 * the API, which also has what the document has not: the place in the queue and the picture's address.
 * https://firebase.google.com/docs/firestore/use-rest-api
 */

import type { Job } from './answers.ts';
import type { Ask } from './ask.ts';
import { call, jsonOf } from './call.ts';
import type { Environment } from './environment.ts';
import { EaselError } from './errors.ts';
import { type FirestoreFields, jobFrom } from './firestore-job.ts';
import { unlessAborted } from './pause.ts';
import { JOBS } from './resources.ts';
import type { EaselClientOptions } from './types.ts';

interface Access {
  readonly projectId: string;
  readonly databaseId: string;
  readonly token: string;
}

interface SignedIn {
  readonly idToken: string;
  readonly documents: string;
  readonly goodUntil: number;
}

export interface FirestoreParts extends Pick<EaselClientOptions, 'transport' | 'firestore'> {
  readonly environment: Environment;
  readonly ask: Ask;
}

const SIGN_IN_URL = 'https://identitytoolkit.googleapis.com';
const FIRESTORE_URL = 'https://firestore.googleapis.com';
/** An ID token lives for an hour; the last minutes are nobody's. */
const EARLY_MS = 5 * 60_000;
/** Of a service without Firestore nobody asks again before this. */
const NONE_MS = 60 * 60_000;

/** Reads a job; undefined where Firestore is not asked for. Rejects when it cannot be read there. */
export function createReadDocument(
  parts: FirestoreParts,
): ((id: string, signal?: AbortSignal) => Promise<Job>) | undefined {
  const { environment, ask, transport, firestore } = parts;
  if (transport !== 'firestore') return undefined;
  if (!firestore) throw new EaselError('firestore_missing', 'transport "firestore" needs { firestore: { apiKey } }.');
  let signingIn: Promise<SignedIn> | undefined;
  let noneUntil = 0;

  async function signIn(): Promise<SignedIn> {
    const body = JSON.stringify({ firestore: true });
    const { firestore: access } = await ask.json<{ firestore: Access | null }>('POST /v1/sessions', { body });
    if (!access) {
      noneUntil = environment.now() + NONE_MS;
      throw new EaselError('firestore_missing', 'The service has no Firestore.');
    }
    const url = `${firestore?.signInUrl ?? SIGN_IN_URL}/v1/accounts:signInWithCustomToken?key=${firestore?.apiKey}`;
    const headers = { 'Content-Type': 'application/json' };
    const asked = JSON.stringify({ token: access.token, returnSecureToken: true });
    const reply = await call(environment, { method: 'POST', url, headers, body: asked });
    const { idToken, expiresIn } = await jsonOf<{ idToken: string; expiresIn: string }>(reply);
    const database = `projects/${access.projectId}/databases/${access.databaseId}`;
    return {
      idToken,
      documents: `${firestore?.url ?? FIRESTORE_URL}/v1/${database}/documents`,
      goodUntil: environment.now() + Number(expiresIn) * 1_000 - EARLY_MS,
    };
  }

  async function signedIn(signal?: AbortSignal): Promise<SignedIn> {
    if (environment.now() < noneUntil) throw new EaselError('firestore_missing', 'The service has no Firestore.');
    const known = signingIn && (await unlessAborted(signingIn, signal));
    if (known && environment.now() < known.goodUntil) return known;
    const beginning = signIn();
    signingIn = beginning;
    // Who failed once may come in the next time.
    beginning.catch(() => (signingIn = undefined));
    return unlessAborted(beginning, signal);
  }

  return async (id, signal) => {
    const { idToken, documents } = await signedIn(signal);
    const headers = { Authorization: `Bearer ${idToken}` };
    const reply = await call(environment, {
      method: 'GET',
      url: `${documents}/jobs/${id}`,
      headers,
      signal,
      triesMax: 2,
    });
    const { fields } = await jsonOf<{ fields: FirestoreFields }>(reply);
    const job = jobFrom(fields);
    // The API shows more of a job that is done, above all where its picture is.
    return job.done ? ask.json<Job>(`GET ${JOBS.path(id)}`, { signal }) : job;
  };
}
