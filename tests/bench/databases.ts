/**
 * The database servers behind the peers, started for the run alone: on loopback, in a directory of their own, ended by
 * their ids. What is not on the machine is told by why.
 */
import { execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../../infra-scripts/local/google-services.ts';
import type { Processes } from './processes.ts';

const run = promisify(execFile);
const READY_LIMIT_MS = 20_000;

export interface Databases {
  /** A Redis that syncs its log every second, or on every write. Rejects with why there is none. */
  redis(fsync: 'everysec' | 'always'): Promise<number>;
  /** A PostgreSQL with its defaults, and a database of its own: a connection string. Rejects with why there is none. */
  postgres(): Promise<string>;
}

export function createDatabases(processes: Processes): Databases {
  const started = new Map<string, Promise<string>>();
  const once = (what: string, start: () => Promise<string>) => {
    const before = started.get(what) ?? start();
    started.set(what, before);
    return before;
  };
  let databases = 0;
  return {
    redis: async fsync => Number(await once(fsync, () => startRedis(processes, fsync))),
    async postgres() {
      const server = await once('postgres', () => startPostgres(processes));
      const name = `bench${++databases}`;
      await createDatabase(server, name);
      return `${server}/${name}`;
    },
  };
}

async function startRedis(processes: Processes, fsync: string): Promise<string> {
  const [port, dir] = [await freePort(), await processes.folder()];
  const settings = {
    port,
    dir,
    bind: '127.0.0.1',
    appendonly: 'yes',
    appendfsync: fsync,
    save: '',
    loglevel: 'warning',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  await startServer(processes, 'redis-server', options, { port, install: 'apt-get install redis-server' });
  return String(port);
}

async function startPostgres(processes: Processes): Promise<string> {
  const [port, dir] = [await freePort(), await processes.folder()];
  const install = 'apt-get install postgresql';
  const owner = await ownerOfServer(install);
  if (owner) await chown(dir, owner.uid, owner.gid);
  const data = join(dir, 'data');
  await run(postgresProgram('initdb'), ['-D', data, '-U', 'bench', '-A', 'trust'], { ...owner, cwd: dir }).catch(
    (error: Error & { code?: unknown }) => {
      throw new Error(error.code === 'ENOENT' ? `initdb is not on this machine (${install})` : error.message);
    },
  );
  const options = ['-D', data, '-p', String(port), '-k', dir, '-c', 'listen_addresses=127.0.0.1'];
  await startServer(processes, postgresProgram('postgres'), options, { port, install, ...owner });
  return `postgresql://bench@127.0.0.1:${port}`;
}

/** It takes connections a moment before it takes commands. */
async function createDatabase(server: string, name: string): Promise<void> {
  const command = ['-q', `${server}/postgres`, '-c', `CREATE DATABASE ${name}`];
  for (const endMs = performance.now() + READY_LIMIT_MS; ; await sleep(100)) {
    try {
      await run(postgresProgram('psql'), command);
      return;
    } catch (error) {
      if (performance.now() > endMs) throw new Error(`psql: ${(error as { stderr?: string }).stderr ?? error}`);
    }
  }
}

/** PostgreSQL refuses to run as root, and then runs as the user that its package made. */
async function ownerOfServer(install: string): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  try {
    const [uid, gid] = await Promise.all(['-u', '-g'].map(async flag => (await run('id', [flag, 'postgres'])).stdout));
    return { uid: Number(uid), gid: Number(gid) };
  } catch {
    throw new Error(`PostgreSQL does not run as root, and there is no user "postgres" (${install})`);
  }
}

/** Debian keeps the programs of each version apart. */
function postgresProgram(name: string): string {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map(version => join(root, version, 'bin', name)).find(existsSync);
  return found ?? name;
}

interface Server {
  readonly port: number;
  readonly install: string;
  readonly uid?: number;
  readonly gid?: number;
}

/** Resolves when the port takes connections. */
async function startServer(
  processes: Processes,
  program: string,
  options: readonly string[],
  { port, install, ...owner }: Server,
): Promise<void> {
  const child = spawn(program, [...options], { stdio: ['ignore', 'ignore', 'ignore'], cwd: '/', ...owner });
  let failed: string | undefined;
  child.on('error', (error: NodeJS.ErrnoException) => {
    failed = error.code === 'ENOENT' ? `${program} is not on this machine (${install})` : error.message;
  });
  child.on('exit', code => (failed ??= `${program} ended with ${code}`));
  // To PostgreSQL it means: at once, and the processes under it too.
  processes.atEnd(() => child.kill('SIGQUIT'));
  for (const endMs = performance.now() + READY_LIMIT_MS; !(await takesConnections(port)); await sleep(20)) {
    if (failed !== undefined) throw new Error(failed);
    if (performance.now() > endMs) throw new Error(`${program} is not ready after ${READY_LIMIT_MS / 1_000} s`);
  }
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
