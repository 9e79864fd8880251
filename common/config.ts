/**
 * Everything that can be set from outside, read once per process. `readConfig` is pure and lists every problem at once
 * as "expected … got …"; nothing else in the code reads the environment.
 */
import { type ChallengeConfig, readChallenge } from './challenge-config.ts';
import { createReader, type Environment, type Reader } from './config-reader.ts';
import { type GeminiConfig, readGemini } from './gemini-config.ts';
import { DAY_MS } from './limits.ts';
import { DEFAULT_MODEL, OFFLINE_MODEL } from './models.ts';

/** What both platforms and both services share. */
interface CommonConfig {
  readonly host: string;
  readonly port: number;
  /** The address under which clients reach the service; default: where it listens. */
  readonly publicUrl?: string;
  /** Proxies of the operator's own before the API that append to X-Forwarded-For; what others wrote into it is not believed. */
  readonly trustedHops: number;
  /** Who tells whether a person opens an anonymous session. */
  readonly challenge?: ChallengeConfig;
  /** Origins that webhooks and photos by URL may reach wherever they are. */
  readonly outboundAllow: readonly string[];
  readonly quotaPerDay: { readonly named: number; readonly custom: number };
  readonly budgetMicroUsdPerDay: number;
  /** For how long an order's photo and picture are kept. */
  readonly orderRetentionMs: number;
  /** Catalogue id of the model that a style's `default` stands for. */
  readonly model: string;
  /** How Gemini is reached, for the process that calls it. */
  readonly gemini?: GeminiConfig;
  /** A file with models beyond the catalogue, see `common/models-file.ts`. */
  readonly modelsFile?: string;
  /** Whether `/` is a page on which a shopper can try it. */
  readonly demoPage: boolean;
  /** The earlier service's routes are served, and said to end then (ms since 1970). */
  readonly legacy?: { readonly sunsetAt: number };
}

export interface Config extends CommonConfig {
  readonly platform: 'embedded';
  readonly dataDir: string;
}

export interface GoogleConfig extends CommonConfig {
  readonly platform: 'google';
  readonly project: string;
  readonly location: string;
  readonly database: string;
  readonly bucket: string;
  /** Queues are named `{prefix}interactive`, `{prefix}bulk`, `{prefix}upkeep`. */
  readonly queuePrefix: string;
  /** Where Cloud Tasks reaches the worker; also the audience of its tokens unless told otherwise. */
  readonly workerUrl: string;
  readonly taskAudience: string;
  readonly taskServiceAccount: string;
  /** `iam` where Cloud Run verifies the tokens and takes their signatures away; never assumed. */
  readonly taskTokenCheck: 'signature' | 'iam';
  /** Key of our own digests, at least 32 bytes; the same in every instance. */
  readonly idSecret: Uint8Array;
  /** Keys of session tokens, for the API: the first one signs, those behind it are still believed. */
  readonly sessionSecrets: readonly Uint8Array[];
  /** Where emulators and doubles listen instead of Google's services, on a developer's machine. */
  readonly endpoints: { readonly tasks?: string; readonly storage?: string; readonly certs?: string };
  /** A file with the first keys (the form of `keys.json`), made known to the store once. */
  readonly bootstrapKeysFile?: string;
}

/** Bounds are generous: they catch slips of the pen, not unusual wishes. */
const PORT_MAX = 65_535;
const QUOTA_MAX = 1_000_000;
const BUDGET_MAX_USD = 1_000_000;
const TRUSTED_HOPS_MAX = 10;
/** Less than other pictures' life would take from an order; ten years is what tax offices ask for. */
const ORDER_DAYS_MAX = 3_660;

export const DEFAULTS = {
  port: 8080,
  host: '127.0.0.1',
  trustedHops: 0,
  dataDir: './data',
  quotaNamed: 10,
  quotaCustom: 3,
  budgetUsd: 10,
  orderDays: 400,
  // A year after Easel took the old routes over.
  legacySunset: '2027-11-23',
} as const;

type Read<C> = { config: C } | { problems: string[] };

/** The settings of the embedded platform, or every problem with them. */
export function readConfig(env: Environment): Read<Config> {
  const problems: string[] = [];
  const read = createReader(env, problems);
  const platform = read.choice('PLATFORM', ['embedded', 'google'], 'embedded');
  if (platform === 'google')
    problems.push('PLATFORM: google has services of its own: api/server.ts and worker/server.ts');
  const gemini = readGemini(read, {});
  const model = read.text('GEMINI_MODEL', gemini ? DEFAULT_MODEL : OFFLINE_MODEL);
  if (!gemini && model !== OFFLINE_MODEL) problems.push(`GEMINI_MODEL: ${model} needs GEMINI_API_KEY, got nothing`);
  const config: Config = {
    platform: 'embedded',
    ...commonConfig(read, { ...DEFAULTS, demoPage: 'on' }),
    model,
    ...(gemini ? { gemini } : {}),
    dataDir: read.text('DATA_DIR', DEFAULTS.dataDir),
  };
  return problems.length > 0 ? { problems } : { config: Object.freeze(config) };
}

/** The settings of the google platform, for both of its services, or every problem with them. */
export function readGoogleConfig(env: Environment): Read<GoogleConfig> {
  const problems: string[] = [];
  const read = createReader(env, problems);
  const workerUrl = read.needed('WORKER_URL', 'the address of the worker service');
  const project = read.needed('GOOGLE_CLOUD_PROJECT', 'a project id');
  const gemini = readGemini(read, { project });
  const config: GoogleConfig = {
    platform: read.choice('PLATFORM', ['google'], 'google'),
    // A container is reached from outside of it, and only through Cloud Run, which appends the client's address.
    ...commonConfig(read, { host: '0.0.0.0', trustedHops: 1, demoPage: 'off' }),
    project,
    location: read.needed('GOOGLE_CLOUD_LOCATION', 'a region such as europe-west1'),
    database: read.text('FIRESTORE_DATABASE', '(default)'),
    bucket: read.needed('BUCKET', 'the name of a bucket'),
    queuePrefix: read.text('QUEUE_PREFIX', 'easel-'),
    workerUrl,
    taskAudience: read.text('TASKS_AUDIENCE', workerUrl),
    taskServiceAccount: read.needed('TASKS_SERVICE_ACCOUNT', 'the e-mail of the account that tasks act for'),
    taskTokenCheck: read.choice('TASKS_TOKEN_CHECK', ['signature', 'iam'], 'signature'),
    idSecret: read.secret('ID_SECRET'),
    sessionSecrets: read.secrets('SESSION_SECRET'),
    model: modelOf(read, env, problems),
    ...(gemini ? { gemini } : {}),
    endpoints: {
      ...read.optional('tasks', 'TASKS_ENDPOINT'),
      ...read.optional('storage', 'STORAGE_ENDPOINT'),
      ...read.optional('certs', 'TASKS_CERTS_URL'),
    },
    ...read.optional('bootstrapKeysFile', 'BOOTSTRAP_KEYS_FILE'),
  };
  if (config.demoPage && config.bootstrapKeysFile === undefined)
    problems.push('DEMO_PAGE: on needs BOOTSTRAP_KEYS_FILE, whose storefront key the page bears');
  return problems.length > 0 ? { problems } : { config: Object.freeze(config) };
}

/** Shops sell what the google platform draws: the offline model's previews are for emulators alone. */
function modelOf(read: Reader, env: Environment, problems: string[]): string {
  const model = read.text('GEMINI_MODEL', DEFAULT_MODEL);
  if (model === OFFLINE_MODEL && !env.FIRESTORE_EMULATOR_HOST) {
    problems.push(
      'GEMINI_MODEL: expected a model of Gemini, got "offline", which is for a developer\'s emulators alone',
    );
  }
  return model;
}

function commonConfig(
  read: Reader,
  { host, trustedHops, demoPage }: Pick<CommonConfig, 'host' | 'trustedHops'> & { demoPage: 'on' | 'off' },
): Omit<CommonConfig, 'model' | 'gemini'> {
  const challenge = readChallenge(read);
  const legacy = read.choice('LEGACY_API', ['on', 'off'], 'off') === 'on';
  const sunsetAt = read.day('LEGACY_SUNSET', DEFAULTS.legacySunset);
  return {
    host: read.text('HOST', host),
    port: read.integer('PORT', DEFAULTS.port, { min: 0, max: PORT_MAX }),
    quotaPerDay: {
      named: read.integer('QUOTA_NAMED_PER_DAY', DEFAULTS.quotaNamed, { min: 0, max: QUOTA_MAX }),
      custom: read.integer('QUOTA_CUSTOM_PER_DAY', DEFAULTS.quotaCustom, { min: 0, max: QUOTA_MAX }),
    },
    outboundAllow: read.origins('OUTBOUND_ALLOW'),
    budgetMicroUsdPerDay: read.microUsd('BUDGET_USD_PER_DAY', DEFAULTS.budgetUsd, BUDGET_MAX_USD),
    orderRetentionMs:
      DAY_MS * read.integer('ORDER_RETENTION_DAYS', DEFAULTS.orderDays, { min: 31, max: ORDER_DAYS_MAX }),
    ...read.origin('publicUrl', 'PUBLIC_URL'),
    trustedHops: read.integer('TRUSTED_HOPS', trustedHops, { min: 0, max: TRUSTED_HOPS_MAX }),
    ...(challenge ? { challenge } : {}),
    ...(legacy ? { legacy: { sunsetAt } } : {}),
    ...read.optional('modelsFile', 'MODELS_FILE'),
    demoPage: read.choice('DEMO_PAGE', ['on', 'off'], demoPage) === 'on',
  };
}
