/**
 * A service of Cloud Run as a file that `gcloud run services replace` applies: what it runs, as whom, within which
 * limits, and who gets its requests.
 */
import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { type Command, gcloud } from '../command.ts';
import { type Environment, QUEUE_PREFIX } from '../environment.ts';
import { SECRETS } from '../setup/secrets.ts';
import type { ServiceName } from './images.ts';

export interface Traffic {
  readonly revisionName: string;
  readonly percent: number;
  readonly tag?: string;
}

export interface Release {
  readonly service: ServiceName;
  readonly version: string;
  readonly image: string;
}

export const serviceId = (service: ServiceName): string => `easel-${service}`;
export const CANARY = 'canary';
const KEYS_FOLDER = '/secrets';
const KEYS_FILE = 'keys.json';

/**
 * Named after the version and what else went into it: the same deploy again finds its revision, and one with other
 * settings gets another.
 */
export function revisionOf(env: Environment, release: Release): string {
  const hash = createHash('sha256')
    .update(JSON.stringify(template(env, release)))
    .digest('hex');
  return `${serviceId(release.service)}-${release.version}-${hash.slice(0, 6)}`;
}

export function replaceService(env: Environment, release: Release, traffic: readonly Traffic[]): Command {
  const id = serviceId(release.service);
  const file = { path: `${id}.yaml`, text: stringify(serviceOf(env, release, traffic), { lineWidth: 0 }) };
  const { project, region } = env;
  return gcloud(`run services replace ${file.path}`, { project, region, format: 'json' }, { files: [file] });
}

export function serviceOf(env: Environment, release: Release, traffic: readonly Traffic[]) {
  const { annotations, ...spec } = template(env, release);
  const isWorker = release.service === 'worker';
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: {
      name: serviceId(release.service),
      annotations: {
        // Cloud Tasks and the scheduler of the same project count as internal.
        'run.googleapis.com/ingress': isWorker ? 'internal' : 'all',
        ...(isWorker ? { 'run.googleapis.com/custom-audiences': JSON.stringify([env.urls.worker]) } : {}),
      },
    },
    spec: { template: { metadata: { name: revisionOf(env, release), annotations }, spec }, traffic },
  };
}

function template(env: Environment, { service, image }: Release) {
  const { minInstances, maxInstances, concurrency, timeoutSeconds, cpu, memory } = env[service];
  const isApi = service === 'api';
  const probe = (path: string) => ({ httpGet: { path, port: 8080 }, timeoutSeconds: 5 });
  return {
    annotations: {
      'autoscaling.knative.dev/minScale': String(minInstances),
      'autoscaling.knative.dev/maxScale': String(maxInstances),
      'run.googleapis.com/startup-cpu-boost': 'true',
    },
    serviceAccountName: env.accounts[service],
    containerConcurrency: concurrency,
    timeoutSeconds,
    containers: [
      {
        image,
        ports: [{ containerPort: 8080 }],
        env: isApi ? apiVariables(env) : workerVariables(env),
        resources: { limits: { cpu, memory } },
        // The API's asks store, bucket and queue; the worker has no such page, its tasks ask them.
        startupProbe: { ...probe(isApi ? '/ready' : '/health'), periodSeconds: 5, failureThreshold: 12 },
        livenessProbe: { ...probe('/health'), periodSeconds: 30, failureThreshold: 3 },
        ...(isApi ? { volumeMounts: [{ name: 'keys', mountPath: KEYS_FOLDER }] } : {}),
      },
    ],
    ...(isApi
      ? {
          volumes: [
            { name: 'keys', secret: { secretName: SECRETS.bootstrap, items: [{ key: 'latest', path: KEYS_FILE }] } },
          ],
        }
      : {}),
  };
}

type Variable =
  | { readonly name: string; readonly value: string }
  | {
      readonly name: string;
      readonly valueFrom: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
    };

const plain = (name: string, value: string | number): Variable => ({ name, value: String(value) });
const secret = (name: string, id: string): Variable => ({
  name,
  valueFrom: { secretKeyRef: { name: id, key: 'latest' } },
});

function sharedVariables({ project, region, database, bucket, urls, accounts, ...env }: Environment): Variable[] {
  return [
    plain('GOOGLE_CLOUD_PROJECT', project),
    plain('GOOGLE_CLOUD_LOCATION', region),
    plain('FIRESTORE_DATABASE', database),
    plain('BUCKET', bucket),
    plain('QUEUE_PREFIX', QUEUE_PREFIX),
    plain('WORKER_URL', urls.worker),
    plain('TASKS_SERVICE_ACCOUNT', accounts.tasks),
    plain('GEMINI_MODEL', env.model),
    plain('QUOTA_NAMED_PER_DAY', env.quotaPerDay.named),
    plain('QUOTA_CUSTOM_PER_DAY', env.quotaPerDay.custom),
    plain('BUDGET_USD_PER_DAY', env.budgetUsdPerDay),
    plain('ORDER_RETENTION_DAYS', env.orderRetentionDays),
    secret('ID_SECRET', SECRETS.id),
  ];
}

function apiVariables(env: Environment): Variable[] {
  return [
    ...sharedVariables(env),
    plain('PUBLIC_URL', env.publicUrl ?? env.urls.api),
    ...(env.legacy ? [plain('LEGACY_API', 'on'), plain('LEGACY_SUNSET', env.legacy.sunset)] : []),
    plain('BOOTSTRAP_KEYS_FILE', `${KEYS_FOLDER}/${KEYS_FILE}`),
    secret('SESSION_SECRET', SECRETS.session),
  ];
}

function workerVariables(env: Environment): Variable[] {
  const gemini =
    env.gemini.by === 'key'
      ? secret('GEMINI_API_KEY', SECRETS.gemini)
      : plain('GEMINI_VERTEX_LOCATION', env.gemini.location);
  // Cloud Run has verified a token before the container sees it, and taken its signature away.
  return [...sharedVariables(env), plain('TASKS_TOKEN_CHECK', 'iam'), gemini];
}
