/**
 * Where Easel is and which key opens it: flags before environment before what `npm start` left in the data directory.
 * The key of this machine is never sent to another one: an address elsewhere needs its own key.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULTS } from '../../common/config.ts';
import type { KeyKind, Options, World } from './command.ts';
import { EXIT, Fault, usageFault } from './faults.ts';

export interface Connection {
  /** Without a slash at its end. */
  readonly url: string;
  readonly isLocal: boolean;
  /** Throws a fault that says how to get one. */
  key(): string;
  /** The file that the key comes from, unless somebody named the key itself. */
  readonly keyFile: string | undefined;
  /** Which key the command needs. */
  readonly keyKind: KeyKind;
}

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const VARIABLES: { readonly [kind in KeyKind]: string } = { server: 'EASEL_KEY', admin: 'EASEL_ADMIN_KEY' };
const LOOPBACK = /^(127(\.\d{1,3}){3}|\[::1\]|localhost)$/;

/** Throws a usage fault for an address that is none. */
export function findConnection(
  options: Pick<Options, 'text'>,
  env: World['env'],
  keyKind: KeyKind = 'server',
): Connection {
  const url = addressOf(options, env);
  const isLocal = LOOPBACK.test(new URL(url).hostname);
  const ofOperators = keyKind === 'admin' ? set(env.EASEL_ADMIN_KEY) : undefined;
  const given = (options.text('key') ?? ofOperators ?? set(env.EASEL_KEY))?.trim();
  const path = join(dataDirectory(options, env), 'keys.json');
  return {
    url,
    isLocal,
    key: () => checked(given ?? (isLocal ? readKey(path, keyKind) : keyMissing(url, keyKind))),
    keyFile: given === undefined && isLocal ? path : undefined,
    keyKind,
  };
}

function addressOf(options: Pick<Options, 'text'>, env: World['env']): string {
  const text = options.text('url') ?? set(env.EASEL_URL);
  if (text === undefined) return `http://127.0.0.1:${portOf(env)}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username) {
    const name = options.text('url') === undefined ? 'EASEL_URL' : '--url';
    throw usageFault(`${name}: expected an address such as http://127.0.0.1:8080, got "${text}".`);
  }
  return url.href.replace(/\/+$/, '');
}

function portOf({ PORT }: World['env']): number {
  const port = Number(set(PORT) ?? DEFAULTS.port);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw usageFault(`PORT: expected the port that Easel listens on, got "${PORT}".`, 'Name the address with --url.');
}

/** The directory of a service on this machine. */
export function dataDirectory(options: Pick<Options, 'text'>, env: World['env']): string {
  return options.text('data-dir') ?? set(env.DATA_DIR) ?? defaultDirectory();
}

/** Where `npm start` puts it: below the package, wherever the command line itself is used. */
function defaultDirectory(): string {
  const ofPackage = join(PACKAGE, DEFAULTS.dataDir);
  const isOnlyThere = !existsSync(join(DEFAULTS.dataDir, 'keys.json')) && existsSync(join(ofPackage, 'keys.json'));
  return isOnlyThere ? ofPackage : DEFAULTS.dataDir;
}

function readKey(path: string, kind: KeyKind): string {
  try {
    const keys = JSON.parse(readFileSync(path, 'utf8')) as { [kind in KeyKind]?: unknown };
    const key = keys[kind];
    if (typeof key === 'string') return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw keysMissing(path);
    throw new Fault(EXIT.unreachable, `${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  throw new Fault(EXIT.unreachable, `${path} holds no ${kind} key.`, {
    hint: `Name one with --key or ${VARIABLES[kind]}.`,
  });
}

function keysMissing(path: string): Fault {
  return new Fault(EXIT.unreachable, `There is no ${path}, which Easel writes at its first start.`, {
    hint: 'Is it running? npm start. Runs it elsewhere? Name --data-dir, or --url and --key.',
  });
}

function keyMissing(url: string, kind: KeyKind): never {
  throw usageFault(
    `${url} needs a key.`,
    `Name it with ${VARIABLES[kind]} or --key. The one in keys.json stays on this machine.`,
  );
}

function checked(key: string): string {
  if (/^[\x21-\x7e]{1,4096}$/.test(key)) return key;
  throw usageFault('The key holds characters that no key has.', 'A server key begins with sk_, an admin key with ak_.');
}

function set(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
