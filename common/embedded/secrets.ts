/**
 * What the first start writes into the data directory, readable by its owner alone: `secrets.json`, which only the
 * service uses, and `keys.json`, which people use. Losing the former ends sessions and signed URLs, nothing else.
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../clock.ts';
import { isKeyOf, KEY_FORM, newKey } from '../keys.ts';
import { PlatformError } from '../platform/errors.ts';
import { newWebhookSecret } from '../webhooks/secrets.ts';

export interface Secrets {
  /** Key of all digests that become ids, see `Settings.idSecret`. */
  readonly id: Uint8Array;
  readonly urlSigning: Uint8Array;
  readonly sessions: Uint8Array;
}

/** What `keys.json` holds: plain strings, to be used as they are. */
export interface KeysFile {
  readonly admin: string;
  readonly server: string;
  readonly storefront: string;
  readonly webhookSecret: string;
}

const SECRET_BYTES = 32;

/** Makes them at the first call for a directory; every later one reads the same. */
export function readSecrets(dataDir: string, random: Random): Secrets {
  const fresh = () => Buffer.from(random.bytes(SECRET_BYTES)).toString('base64');
  const make = () => ({ id: fresh(), urlSigning: fresh(), sessions: fresh() });
  const { id, urlSigning, sessions } = readOrMake(join(dataDir, 'secrets.json'), make);
  const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));
  return { id: bytes(id), urlSigning: bytes(urlSigning), sessions: bytes(sessions) };
}

export function keysPath(dataDir: string): string {
  return join(dataDir, 'keys.json');
}

/** Makes them at the first call for a directory, unless the operator has put a file there with keys of that form. */
export function readKeys(dataDir: string, random: Random): KeysFile {
  const path = keysPath(dataDir);
  const keys = readOrMake(path, () => ({
    admin: newKey('admin', random),
    server: newKey('server', random),
    storefront: newKey('storefront', random),
    webhookSecret: newWebhookSecret(random),
  }));
  for (const kind of ['admin', 'server', 'storefront'] as const) {
    if (isKeyOf(kind, keys[kind])) continue;
    throw new PlatformError('unavailable', `${path}: "${kind}" has to be ${KEY_FORM[kind]}.`);
  }
  return keys;
}

export function hasKeys(dataDir: string): boolean {
  return existsSync(keysPath(dataDir));
}

function readOrMake<T extends { readonly [name: string]: string }>(path: string, make: () => T): T {
  const wanted = make();
  if (!existsSync(path)) writePrivate(path, `${JSON.stringify(wanted, null, 2)}\n`);
  const found = parse(path);
  const missing = Object.keys(wanted).filter(name => typeof found[name] !== 'string' || found[name] === '');
  if (missing.length > 0) {
    throw new PlatformError(
      'unavailable',
      `${path} lacks ${missing.join(', ')}. Complete it, or remove it for new ones.`,
    );
  }
  return found as T;
}

function parse(path: string): { [name: string]: unknown } {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as { [name: string]: unknown };
  } catch (error) {
    // A parser's complaint quotes what stands in the file.
    const why = error instanceof SyntaxError ? 'it is no JSON' : String(error);
    throw new PlatformError('unavailable', `${path} cannot be read: ${why}`);
  }
}

/** Whole or not at all, and never for a moment with other rights. */
function writePrivate(path: string, text: string): void {
  const temporary = `${path}.tmp`;
  const file = openSync(temporary, 'w', 0o600);
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(temporary, path);
}
