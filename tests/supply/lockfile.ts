/**
 * The lockfile as the checks of the supply chain read it.
 */
import { readFile } from 'node:fs/promises';

export interface Locked {
  /** Where it is installed, such as `node_modules/koa`. */
  readonly path: string;
  /** Of the package itself, which an alias hides. */
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  readonly licence: string | undefined;
  /** Only for development. */
  readonly dev: boolean;
  readonly installScript: boolean;
  /** Everything that it asks for, by name. */
  readonly asks: { readonly [name: string]: string };
}

interface Entry {
  readonly name?: string;
  readonly version: string;
  readonly integrity: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: { readonly [name: string]: string };
  readonly optionalDependencies?: { readonly [name: string]: string };
}

export const ROOT = new URL('../../', import.meta.url);

export async function readLockfile(path = 'package-lock.json'): Promise<Locked[]> {
  const { packages } = JSON.parse(await readFile(new URL(path, ROOT), 'utf8')) as {
    packages: { [path: string]: Entry };
  };
  return Object.entries(packages).flatMap(([path, entry]) => (path === '' ? [] : [lockedOf(path, entry)]));
}

function lockedOf(path: string, entry: Entry): Locked {
  return {
    path,
    name: entry.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
    version: entry.version,
    integrity: entry.integrity,
    licence: entry.license,
    dev: entry.dev === true,
    installScript: entry.hasInstallScript === true,
    asks: { ...entry.dependencies, ...entry.optionalDependencies },
  };
}
