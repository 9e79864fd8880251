/**
 * A service as several processes side by side behind their fronts, as Cloud Run runs it: on google two workers and two
 * APIs, on embedded the one process that its platform is. Each can be killed, stopped, ended and replaced by itself
 * while the others go on.
 */
import { type GoogleBackends, startGoogleBackends } from '../../infra-scripts/local/google-backends.ts';
import { PLATFORM, type Processes } from '../service-processes.ts';
import { waitFor } from '../wait-for.ts';
import { type Front, openFront } from './front.ts';
import { type Instance, type Role, startInstance } from './instance.ts';

export interface Fleet extends Processes {
  /** Those that take work, in the order of their start. */
  readonly living: () => readonly Instance[];
  /** Whether somebody is missing who is to run. */
  readonly isShort: () => boolean;
  /** Resolves when the new one takes work. */
  begin(role: Role): Promise<Instance>;
  /** As power that fails. */
  crash(instance: Instance): Promise<void>;
  /** As a deploy does: nothing new, then SIGTERM. Resolves with the exit code. */
  retire(instance: Instance): Promise<number | null>;
  /** It stands still, and gets nothing new, as one that does not answer its front any more. */
  freeze(instance: Instance): void;
  thaw(instance: Instance): void;
}

/** Each service of the platform once. */
export const ONE_EACH: readonly Role[] = PLATFORM === 'google' ? ['worker', 'api'] : ['whole'];
/** Side by side, where the platform has that. */
export const TWO_EACH: readonly Role[] = PLATFORM === 'google' ? ['worker', 'worker', 'api', 'api'] : ['whole'];
const SWEEP_EVERY_MS = 5_000;
const FIRST_KEYS_LIMIT_MS = 30_000;

export interface FleetOptions {
  readonly directory: string;
  readonly env: { readonly [name: string]: string };
  readonly roles: readonly Role[];
}

export async function openFleet({ directory, env, roles }: FleetOptions): Promise<Fleet> {
  const fronts = { api: await openFront(), worker: await openFront() };
  const backends = PLATFORM === 'google' ? await openBackends(directory, fronts.worker) : undefined;
  const environment = backends ? { ...backends.environment, ...env } : { DATA_DIR: directory, ...env };
  const frontOf = ({ role }: Instance): Front => (role === 'worker' ? fronts.worker : fronts.api);
  let living: readonly Instance[] = [];
  let all: readonly Instance[] = [];
  let output = '';
  let known = false;

  const takeOff = (instance: Instance) => {
    frontOf(instance).remove(instance.port);
    living = living.filter(one => one !== instance);
  };
  const fleet: Fleet = {
    living: () => living,
    isShort: () => living.filter(one => one.runs()).length < roles.length,
    output: () => output,
    backends: () => backends,
    async begin(role) {
      const onOutput = (text: string) => (output += text);
      const instance = await startInstance(role, { env: environment, onOutput });
      all = [...all.filter(one => one.runs()), instance];
      living = [...living, instance];
      frontOf(instance).add(instance.port);
      return instance;
    },
    async crash(instance) {
      takeOff(instance);
      await instance.end('SIGKILL');
    },
    retire(instance) {
      takeOff(instance);
      return instance.end('SIGTERM');
    },
    freeze(instance) {
      takeOff(instance);
      instance.signal('SIGSTOP');
      frontOf(instance).cut(instance.port);
    },
    thaw(instance) {
      instance.signal('SIGCONT');
      frontOf(instance).add(instance.port);
      living = [...living, instance];
    },
    async start() {
      // What died by itself.
      for (const one of living) if (!one.runs()) takeOff(one);
      const missing = [...roles];
      for (const { role } of living) missing.splice(missing.indexOf(role), 1);
      await Promise.all(missing.map(fleet.begin));
      const url = `http://127.0.0.1:${fronts.api.port}`;
      if (backends && !known) await firstKeys(url, backends);
      known = true;
      return url;
    },
    async kill(names) {
      const theirs = names ? living.filter(({ role }) => names.some(name => name === role)) : living;
      await Promise.all(theirs.map(fleet.crash));
    },
    terminate: async () => (await Promise.all(living.map(fleet.retire))).find(code => code !== 0) ?? 0,
    async close() {
      await Promise.all(all.map(one => one.end('SIGKILL')));
      await Promise.all([fronts.api.close(), fronts.worker.close(), backends?.stop()]);
    },
  };
  return fleet;
}

function openBackends(dataDir: string, { port }: Front): Promise<GoogleBackends> {
  return startGoogleBackends({ dataDir, workerUrl: `http://127.0.0.1:${port}`, sweepEveryMs: SWEEP_EVERY_MS });
}

/** They are made known after the first API listens. */
async function firstKeys(url: string, { keys }: GoogleBackends): Promise<void> {
  const headers = { Authorization: `Bearer ${keys.server}` };
  const known = async () => (await fetch(`${url}/v1/styles`, { headers })).status === 200;
  await waitFor('the first keys', known, { limitMs: FIRST_KEYS_LIMIT_MS });
}
