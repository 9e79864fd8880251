/**
 * Everything that can be set from outside, read once per process. `readConfig` is pure and lists every problem at once
 * as "expected … got …"; nothing else in the code reads the environment.
 */
import { DEFAULT_MODEL, OFFLINE_MODEL } from './models.ts';

/** What both platforms and both services share. */
interface CommonConfig {
  readonly host: string;
  readonly port: number;
  /** The address under which clients reach the service; default: where it listens. */
  readonly publicUrl?: string;
  readonly quotaPerDay: { readonly named: number; readonly custom: number };
  readonly budgetMicroUsdPerDay: number;
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
  /** Keys of our own digests and session tokens, at least 32 bytes each; the same in every instance. */
  readonly idSecret: Uint8Array;
  readonly sessionSecret: Uint8Array;
  /** Catalogue id of the model that a style's `default` stands for. */
  readonly model: string;
  /** Where emulators and doubles listen instead of Google's services, on a developer's machine. */
  readonly endpoints: { readonly tasks?: string; readonly storage?: string; readonly certs?: string };
  /** A file with the first keys (the form of `keys.json`), made known to the store once. */
  readonly bootstrapKeysFile?: string;
}

export type Environment = { readonly [name: string]: string | undefined };

/** Bounds are generous: they catch slips of the pen, not unusual wishes. */
const PORT_MAX = 65_535;
const QUOTA_MAX = 1_000_000;
const BUDGET_MAX_USD = 1_000_000;
const SECRET_BYTES_MIN = 32;

export const DEFAULTS = {
  port: 8080,
  host: '127.0.0.1',
  dataDir: './data',
  quotaNamed: 10,
  quotaCustom: 3,
  budgetUsd: 10,
} as const;

type Read<C> = { config: C } | { problems: string[] };

/** The settings of the embedded platform, or every problem with them. */
export function readConfig(env: Environment): Read<Config> {
  const problems: string[] = [];
  const read = reader(env, problems);
  const platform = read.choice('PLATFORM', ['embedded', 'google'], 'embedded');
  if (platform === 'google')
    problems.push('PLATFORM: google has services of its own: api/server.ts and worker/server.ts');
  const config: Config = {
    platform: 'embedded',
    ...commonConfig(read, DEFAULTS.host),
    dataDir: read.text('DATA_DIR', DEFAULTS.dataDir),
  };
  return problems.length > 0 ? { problems } : { config: Object.freeze(config) };
}

/** The settings of the google platform, for both of its services, or every problem with them. */
export function readGoogleConfig(env: Environment): Read<GoogleConfig> {
  const problems: string[] = [];
  const read = reader(env, problems);
  const workerUrl = read.needed('WORKER_URL', 'the address of the worker service');
  const bootstrapKeysFile = read.text('BOOTSTRAP_KEYS_FILE', '');
  const config: GoogleConfig = {
    platform: read.choice('PLATFORM', ['google'], 'google'),
    // A container is reached from outside of it, and only through Cloud Run.
    ...commonConfig(read, '0.0.0.0'),
    project: read.needed('GOOGLE_CLOUD_PROJECT', 'a project id'),
    location: read.needed('GOOGLE_CLOUD_LOCATION', 'a region such as europe-west1'),
    database: read.text('FIRESTORE_DATABASE', '(default)'),
    bucket: read.needed('BUCKET', 'the name of a bucket'),
    queuePrefix: read.text('QUEUE_PREFIX', 'easel-'),
    workerUrl,
    taskAudience: read.text('TASKS_AUDIENCE', workerUrl),
    taskServiceAccount: read.needed('TASKS_SERVICE_ACCOUNT', 'the e-mail of the account that tasks act for'),
    taskTokenCheck: read.choice('TASKS_TOKEN_CHECK', ['signature', 'iam'], 'signature'),
    idSecret: read.secret('ID_SECRET'),
    sessionSecret: read.secret('SESSION_SECRET'),
    model: modelOf(read, env, problems),
    endpoints: {
      ...read.optional('tasks', 'TASKS_ENDPOINT'),
      ...read.optional('storage', 'STORAGE_ENDPOINT'),
      ...read.optional('certs', 'TASKS_CERTS_URL'),
    },
    ...(bootstrapKeysFile === '' ? {} : { bootstrapKeysFile }),
  };
  return problems.length > 0 ? { problems } : { config: Object.freeze(config) };
}

/** Shops sell what the google platform draws: the offline model's previews are for emulators alone. */
function modelOf(read: ReturnType<typeof reader>, env: Environment, problems: string[]): string {
  const model = read.text('GEMINI_MODEL', DEFAULT_MODEL);
  if (model === OFFLINE_MODEL && !env.FIRESTORE_EMULATOR_HOST) {
    problems.push(
      'GEMINI_MODEL: expected a model of Gemini, got "offline", which is for a developer\'s emulators alone',
    );
  }
  return model;
}

function commonConfig(read: ReturnType<typeof reader>, host: string): CommonConfig {
  return {
    host: read.text('HOST', host),
    port: read.integer('PORT', DEFAULTS.port, { min: 0, max: PORT_MAX }),
    quotaPerDay: {
      named: read.integer('QUOTA_NAMED_PER_DAY', DEFAULTS.quotaNamed, { min: 0, max: QUOTA_MAX }),
      custom: read.integer('QUOTA_CUSTOM_PER_DAY', DEFAULTS.quotaCustom, { min: 0, max: QUOTA_MAX }),
    },
    budgetMicroUsdPerDay: read.microUsd('BUDGET_USD_PER_DAY', DEFAULTS.budgetUsd, BUDGET_MAX_USD),
    ...read.origin('PUBLIC_URL'),
  };
}

function reader(env: Environment, problems: string[]) {
  const wrong = (name: string, expected: string) => problems.push(`${name}: expected ${expected}, got "${env[name]}"`);
  const set = (name: string) => (env[name] === undefined || env[name] === '' ? undefined : env[name]);

  return {
    text: (name: string, fallback: string) => set(name) ?? fallback,
    optional<K extends string>(key: K, name: string): { [key in K]?: string } {
      const text = set(name);
      return text === undefined ? {} : ({ [key]: text } as { [key in K]?: string });
    },
    needed(name: string, expected: string): string {
      const text = set(name);
      if (text === undefined) problems.push(`${name}: expected ${expected}, got nothing`);
      return text ?? '';
    },
    /** The value itself is never repeated in a problem. */
    secret(name: string): Uint8Array {
      const bytes = new Uint8Array(Buffer.from(set(name) ?? '', 'base64'));
      if (bytes.length < SECRET_BYTES_MIN) {
        problems.push(`${name}: expected at least ${SECRET_BYTES_MIN} random bytes in base64, got ${bytes.length}`);
      }
      return bytes;
    },
    choice<T extends string>(name: string, choices: readonly T[], fallback: T): T {
      const found = choices.find(choice => choice === (set(name) ?? fallback));
      if (found === undefined) wrong(name, choices.join(' or '));
      return found ?? fallback;
    },
    integer(name: string, fallback: number, { min, max }: { min: number; max: number }): number {
      const value = Number(set(name) ?? fallback);
      if (!Number.isInteger(value) || value < min || value > max) wrong(name, `a whole number from ${min} to ${max}`);
      return value;
    },
    microUsd(name: string, fallback: number, max: number): number {
      const value = Number(set(name) ?? fallback);
      if (!(value >= 0 && value <= max)) wrong(name, `dollars from 0 to ${max}, such as 10 or 7.50`);
      return Math.round(value * 1_000_000);
    },
    origin(name: string): { publicUrl?: string } {
      const text = set(name);
      if (text === undefined) return {};
      const url = URL.canParse(text) ? new URL(text) : undefined;
      const fits = url && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '';
      if (!fits) wrong(name, 'an address such as https://pictures.example.com');
      return { publicUrl: text.replace(/\/+$/, '') };
    },
  };
}
