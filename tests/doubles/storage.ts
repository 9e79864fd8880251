/**
 * A double of Cloud Storage on the wire: the JSON API that `@google-cloud/storage` speaks (through its `apiEndpoint`),
 * signed URLs whose signatures it verifies, IAM's `signBlob` and the metadata server, on one loopback port. It
 * misbehaves on request (`trouble.ts`) and counts what it did, by the classes that Cloud Storage bills.
 *
 * A process finds the account of the double as one on Cloud Run finds its own: set `environment` before the first call.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { corsHeaders } from './storage/cors.ts';
import { createCounts, type OperationClasses } from './storage/counts.ts';
import type { Operation, Route } from './storage/exchange.ts';
import { checkToken, createServiceAccount, identityRoutes, type ServiceAccount } from './storage/identity.ts';
import { jsonApiRoutes } from './storage/json-api.ts';
import { createObjectStore, type ObjectStore, type StoredObject } from './storage/objects.ts';
import { createRewrites } from './storage/rewrites.ts';
import { createServing, type SeenRequest } from './storage/serving.ts';
import { signedUrlRoutes } from './storage/signed-urls.ts';
import { createTroubles, type Troubles } from './storage/trouble.ts';
import { send } from './storage/wire.ts';

export { createServiceAccount, type ServiceAccount } from './storage/identity.ts';

export interface StorageDoubleOptions {
  /** Its clock: of objects, of customTime and of what has expired. */
  readonly now: () => number;
  readonly bucketName?: string;
  readonly account?: ServiceAccount;
  /** Keep what is replaced or deleted as noncurrent versions. */
  readonly versioning?: boolean;
  /** False lets everybody call the JSON API, as an emulator does. */
  readonly tokens?: boolean;
  /** Larger objects are copied in several calls. */
  readonly rewriteBytesPerCall?: number;
  /** The bucket's CORS configuration: none unless told, as in a new bucket. */
  readonly corsOrigins?: readonly string[];
  readonly port?: number;
}

export interface StorageDouble extends Pick<Troubles, 'plan' | 'atRandom'> {
  readonly url: string;
  readonly bucketName: string;
  readonly account: ServiceAccount;
  readonly token: string;
  readonly environment: { readonly [name: string]: string };
  /** Every request that has come in, well served or not. */
  readonly requests: readonly SeenRequest[];
  requestsOf(operation: Operation): number;
  /** Answers whose client was gone before their end. */
  cutOff(): number;
  /** What was done, without what was refused: Cloud Storage bills no 4xx and 5xx. */
  operations(): { readonly [operation in Operation]?: number };
  classes(): OperationClasses;
  /** All versions of the object, oldest first. */
  versions(name: string): readonly StoredObject[];
  close(): Promise<void>;
}

const TOKEN = 'ya29.token-of-the-double';

export async function openStorageDouble(options: StorageDoubleOptions): Promise<StorageDouble> {
  const { now, bucketName = 'easel-demo', versioning = false } = options;
  const account = options.account ?? (await createServiceAccount());
  const objects = createObjectStore({ bucketName, now, versioning });
  const [troubles, counts, cors] = [createTroubles(), createCounts(), corsHeaders(options.corsOrigins ?? [])];
  const requests: SeenRequest[] = [];
  let cutOff = 0;
  const serve = createServing({
    routes: routesOf({ ...options, bucketName, account }, objects),
    troubles,
    seen: request => void requests.push(request),
    done: counts.add,
    headersFor: cors.headersFor,
  });
  const server = createServer((request, response) => {
    response.on('close', () => (cutOff += response.writableFinished ? 0 : 1));
    const preflight = cors.preflight(request);
    const serving = preflight ? send(response, preflight, { head: false }) : serve(request, response);
    // A client that goes away in the middle is no fault of the double.
    serving.catch(() => response.destroy());
  });
  await new Promise<void>(resolve => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    ...{ url: `http://${host}`, bucketName, account, token: TOKEN, requests },
    environment: { GCE_METADATA_HOST: host, CLOUDSDK_CONFIG: '/nonexistent', GOOGLE_APPLICATION_CREDENTIALS: '' },
    ...{ plan: troubles.plan, atRandom: troubles.atRandom, operations: counts.operations, classes: counts.classes },
    requestsOf: operation => requests.filter(request => request.operation === operation).length,
    cutOff: () => cutOff,
    versions: name => objects.list({ prefix: name, versions: true }).items.filter(object => object.name === name),
    close: () => {
      server.closeAllConnections();
      return new Promise(resolve => server.close(() => resolve()));
    },
  };
}

type Ready = StorageDoubleOptions & { readonly bucketName: string; readonly account: ServiceAccount };

function routesOf({ bucketName, account, now, ...options }: Ready, objects: ObjectStore): Route[] {
  const rewrites = createRewrites({ objects, bytesPerCall: options.rewriteBytesPerCall ?? Number.MAX_SAFE_INTEGER });
  const jsonApi = jsonApiRoutes({ bucketName, objects, rewrites });
  return [
    ...(options.tokens === false ? jsonApi : jsonApi.map(withToken)),
    ...identityRoutes({ account, token: TOKEN }),
    ...signedUrlRoutes({ bucketName, objects, account, now }),
  ];
}

function withToken(route: Route): Route {
  const handle: Route['handle'] = (exchange, names) => {
    checkToken(exchange.headers.authorization, TOKEN);
    return route.handle(exchange, names);
  };
  return { ...route, handle };
}
