/**
 * What is installed is what the lockfile names; it comes from the registry by version and hash, runs no script that nobody
 * has looked at, and is under licences that are allowed. `tests/lockfile.test.ts` has what makes the lockfile complete.
 */
import { access, readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { INSTALL_SCRIPTS, LICENCE_EXCEPTIONS, LICENCES } from './allowed.ts';
import { type Locked, ROOT, readLockfile } from './lockfile.ts';

const test = suite('packages');
const locked = await readLockfile();
const installed = await readLockfile('node_modules/.package-lock.json');

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly licenses?: readonly { readonly type: string }[];
  readonly scripts?: { readonly [name: string]: string };
}

/** A version or a range of them; an alias of one. No address, no path, no branch of a repository. */
const FROM_REGISTRY = /^(npm:(@[\w-]+\/)?[\w.-]+@)?[\d.x*^~<>=|\s\w+-]*$/;
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

test('everything comes from the registry, by version and SHA-512, and what we ask for ourselves is pinned', async () => {
  for (const { path, version, integrity, asks } of locked) {
    assert.match(version, EXACT, path);
    assert.match(integrity, /^sha512-[A-Za-z0-9+/]{86}==$/, path);
    for (const [name, wanted] of Object.entries(asks)) assert.match(wanted, FROM_REGISTRY, `${name} of ${path}`);
  }
  const manifest = JSON.parse(await readFile(new URL('package.json', ROOT), 'utf8'));
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    for (const [name, wanted] of Object.entries<string>(manifest[kind])) assert.match(wanted, EXACT, name);
  }
  for (const [name, wanted] of Object.entries<string>(manifest.overrides)) assert.match(wanted, FROM_REGISTRY, name);
  const settings = await readFile(new URL('.npmrc', ROOT), 'utf8');
  assert.not.match(settings, /^[^#;]*(registry\s*=|_auth)/m, 'no other registry, and no credentials');
});

test('no address, path or branch counts as a version', () => {
  const others = [
    'git+https://x/y',
    'github:x/y',
    'x/y',
    'http://x/y.tgz',
    'file:../y',
    'link:../y',
    'workspace:*',
    'x/y#z',
  ];
  for (const wanted of others) assert.not.match(wanted, FROM_REGISTRY);
});

test('what is installed is what is locked', () => {
  const wanted = new Map(locked.map(one => [one.path, one]));
  for (const { path, ...one } of installed) {
    const { name, version, integrity } = wanted.get(path) ?? {};
    assert.equal([one.name, one.version, one.integrity], [name, version, integrity], path);
  }
  assert.ok(installed.length > 100);
});

test('a script at install is known, and no other package has one', async () => {
  const known = INSTALL_SCRIPTS.map(one => one.package);
  const told = locked.filter(one => one.installScript).map(one => one.name);
  assert.equal(told.sort(), known.toSorted());
  // The lockfile may say anything; this is what npm would run.
  const found = [];
  for (const one of installed) {
    const { scripts = {} } = await manifestOf(one);
    const runs = ['preinstall', 'install', 'postinstall'].some(name => name in scripts);
    if (runs || (await hasFile(one, 'binding.gyp'))) found.push(one.name);
  }
  assert.equal(found.sort(), known.toSorted());
});

test('every licence is allowed, and stands in the package as the lockfile has it', async () => {
  for (const one of locked) assert.ok(isAllowed(one), `${one.name}: ${one.licence}`);
  for (const one of installed) {
    const { license, licenses = [] } = await manifestOf(one);
    assert.is(license, one.licence, one.name);
    const exception = LICENCE_EXCEPTIONS.find(({ package: name }) => name === one.name);
    if (license === undefined)
      assert.equal(
        licenses.map(({ type }) => type),
        [exception?.licence],
        one.name,
      );
  }
});

test('no exception outlives what it was made for', () => {
  for (const { package: start } of LICENCE_EXCEPTIONS) {
    assert.ok(
      locked.some(one => one.name.startsWith(start) && !isListed(one.licence)),
      start,
    );
  }
});

test('a licence is read as SPDX has it: any of several, or all of them', () => {
  const of = (licence: string | undefined, name = 'x') => isAllowed({ name, licence });
  assert.equal(
    ['MIT', '(MIT OR GPL-3.0)', 'MIT AND ISC'].map(text => of(text)),
    [true, true, true],
  );
  const refused = ['GPL-3.0', 'MIT AND GPL-3.0', 'SEE LICENSE IN x', '', undefined, 'LGPL-3.0-or-later'];
  assert.equal(
    refused.map(text => of(text)),
    refused.map(() => false),
  );
  assert.ok(of('LGPL-3.0-or-later', '@img/sharp-libvips-linux-x64'));
});

test.run();

function isAllowed({ name, licence }: Pick<Locked, 'name' | 'licence'>): boolean {
  const exception = LICENCE_EXCEPTIONS.find(one => name.startsWith(one.package));
  return isListed(licence, exception?.licence) || (licence === undefined && exception !== undefined);
}

function isListed(licence = '', further?: string): boolean {
  const one = (text: string) => LICENCES.includes(text) || text === further;
  const choices = licence.replace(/^\((.*)\)$/, '$1').split(' OR ');
  return choices.some(choice => choice.split(' AND ').every(one));
}

async function manifestOf({ path }: Locked): Promise<Manifest> {
  return JSON.parse(await readFile(new URL(`${path}/package.json`, ROOT), 'utf8'));
}

function hasFile({ path }: Locked, name: string): Promise<boolean> {
  return access(new URL(`${path}/${name}`, ROOT)).then(
    () => true,
    () => false,
  );
}
