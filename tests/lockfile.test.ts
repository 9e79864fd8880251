/**
 * The lockfile installs on every machine: an entry for each optional package of each platform (npm leaves them out
 * where a registry lacks one, and `npm ci` then fails elsewhere), every one hashed, no registry's address.
 */
import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('lockfile');

interface Entry {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: { readonly [name: string]: string };
}

const lockfile = await readFile(new URL('../package-lock.json', import.meta.url), 'utf8');
const { '': root, ...packages } = (JSON.parse(lockfile) as { packages: { [path: string]: Entry } }).packages;
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

test('every package has its version and its hash, and none an address', () => {
  for (const [path, { version, integrity, resolved }] of Object.entries(packages)) {
    assert.ok(version && integrity?.startsWith('sha512-'), path);
    assert.is(resolved, undefined, path);
  }
});

test('no optional package of any platform is left out', () => {
  const names = new Set(Object.keys(packages).map(nameOf));
  for (const [path, { optionalDependencies = {} }] of [['', root ?? {}] as const, ...Object.entries(packages)]) {
    for (const name of Object.keys(optionalDependencies)) assert.ok(names.has(name), `${name} of ${path || 'easel'}`);
  }
});

test('Node is the same version on all platforms', () => {
  const versions = Object.values(root?.optionalDependencies ?? {});
  assert.is(new Set(versions).size, 1);
  assert.match(versions[0] ?? '', /^26\./);
});

test('packages with install scripts are known: all work without running them', () => {
  const withScripts = Object.entries(packages).filter(([, entry]) => entry.hasInstallScript);
  assert.equal(withScripts.map(([path]) => nameOf(path)).sort(), ['esbuild', 'protobufjs']);
});

test.run();
