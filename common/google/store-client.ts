/**
 * Loads the Firestore SDK and makes the one client of the process, both on first use: the SDK takes 200 ms and more to
 * load, and a container that starts must listen before that.
 */
import type { Firestore, Settings } from '@google-cloud/firestore';
import { PlatformError } from '../platform/errors.ts';

export interface Sdk extends Pick<typeof import('@google-cloud/firestore'), 'FieldPath' | 'FieldValue' | 'Timestamp'> {
  readonly db: Firestore;
}

export interface Client {
  readonly open: () => Promise<Sdk>;
  close(): Promise<void>;
}

export function createClient(options: {
  readonly projectId: string;
  readonly databaseId: string;
  readonly settings?: Settings;
}): Client {
  let opening: Promise<Sdk> | undefined;
  let closed = false;
  return {
    async open() {
      if (closed) throw new PlatformError('unavailable', 'The store is closed.');
      opening ??= load(options);
      return opening;
    },
    async close() {
      if (closed) return;
      closed = true;
      await (await opening)?.db.terminate();
    },
  };
}

async function load({
  projectId,
  databaseId,
  settings,
}: {
  readonly projectId: string;
  readonly databaseId: string;
  readonly settings?: Settings;
}): Promise<Sdk> {
  const loaded = await import('@google-cloud/firestore');
  // A bundle that was split into several files knows the package's names under `default` alone.
  const { Firestore, FieldPath, FieldValue, Timestamp } =
    'default' in loaded ? (loaded.default as typeof loaded) : loaded;
  return {
    FieldPath,
    FieldValue,
    Timestamp,
    db: new Firestore({ projectId, databaseId, ...CALLS, ...settings }),
  };
}

/**
 * The SDK's own limits are 60 s to 5 min for a call, and up to 10 min of repeating it. A request of ours is over by
 * then, and repeating belongs into one layer (`store-transactions.ts`): so a read or query is given up after 5 s and
 * a commit, which may have to wait for the locks of others, after 10 s.
 */
const NEVER_AGAIN = 'never';
const READ = { timeout_millis: 5_000, retry_codes_name: NEVER_AGAIN };
const CALLS = {
  clientConfig: {
    interfaces: {
      'google.firestore.v1.Firestore': {
        retry_codes: { [NEVER_AGAIN]: [] },
        methods: {
          BatchGetDocuments: READ,
          RunQuery: READ,
          RunAggregationQuery: READ,
          Commit: { timeout_millis: 10_000, retry_codes_name: NEVER_AGAIN },
          Rollback: { timeout_millis: 5_000, retry_codes_name: NEVER_AGAIN },
        },
      },
    },
  },
  // Without it the transport repeats a read twice, seconds apart, whatever the error, and never heeds the codes above.
  gaxServerStreamingRetries: true,
};
