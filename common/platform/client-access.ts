/**
 * The seam for clients that read the job documents of their own, past the API. Only Firestore lets them in, by the rules
 * in `infra-scripts/google/firestore.rules`; elsewhere a client polls the API.
 */

/** What the client signs in with, and the database to read from then. */
export interface FirestoreAccess {
  readonly projectId: string;
  readonly databaseId: string;
  /** Custom token of Firebase Auth. Whoever holds it signs in as the owner, so it is logged nowhere. */
  readonly token: string;
}

export interface ClientAccess {
  /**
   * Access to the jobs of this owner and to nothing else, for one hour to sign in with; null where nobody reads documents
   * from outside. Called again it makes another token for the same owner. It stores nothing, also when it fails: throws
   * `unavailable` when there is nobody to sign.
   */
  firestore(ownerUid: string): Promise<FirestoreAccess | null>;
}

/** Of a platform whose documents nobody reads but its own process. */
export const noClientAccess: ClientAccess = { firestore: async () => null };
