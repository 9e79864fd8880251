/**
 * Everything that can be set from outside, read once per process. `readConfig` is pure and lists every problem at once
 * as "expected … got …"; nothing else in the code reads the environment.
 */
export interface Config {
  readonly platform: 'embedded';
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  /** The address under which clients reach the service; default: where it listens. */
  readonly publicUrl?: string;
  readonly quotaPerDay: { readonly named: number; readonly custom: number };
  readonly budgetMicroUsdPerDay: number;
}

export type Environment = { readonly [name: string]: string | undefined };

/** Bounds are generous: they catch slips of the pen, not unusual wishes. */
const PORT_MAX = 65_535;
const QUOTA_MAX = 1_000_000;
const BUDGET_MAX_USD = 1_000_000;

export const DEFAULTS = {
  port: 8080,
  host: '127.0.0.1',
  dataDir: './data',
  quotaNamed: 10,
  quotaCustom: 3,
  budgetUsd: 10,
} as const;

/** The settings, or every problem with them. */
export function readConfig(env: Environment): { config: Config } | { problems: string[] } {
  const problems: string[] = [];
  const read = reader(env, problems);
  const config: Config = {
    platform: read.choice('PLATFORM', ['embedded'], 'embedded'),
    host: read.text('HOST', DEFAULTS.host),
    port: read.integer('PORT', DEFAULTS.port, { min: 0, max: PORT_MAX }),
    dataDir: read.text('DATA_DIR', DEFAULTS.dataDir),
    quotaPerDay: {
      named: read.integer('QUOTA_NAMED_PER_DAY', DEFAULTS.quotaNamed, { min: 0, max: QUOTA_MAX }),
      custom: read.integer('QUOTA_CUSTOM_PER_DAY', DEFAULTS.quotaCustom, { min: 0, max: QUOTA_MAX }),
    },
    budgetMicroUsdPerDay: read.microUsd('BUDGET_USD_PER_DAY', DEFAULTS.budgetUsd, BUDGET_MAX_USD),
    ...read.origin('PUBLIC_URL'),
  };
  return problems.length > 0 ? { problems } : { config: Object.freeze(config) };
}

function reader(env: Environment, problems: string[]) {
  const wrong = (name: string, expected: string) => problems.push(`${name}: expected ${expected}, got "${env[name]}"`);
  const set = (name: string) => (env[name] === undefined || env[name] === '' ? undefined : env[name]);

  return {
    text: (name: string, fallback: string) => set(name) ?? fallback,
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
