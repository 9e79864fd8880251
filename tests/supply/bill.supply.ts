/**
 * Writes the bill of materials of what runs in production, `sbom/easel.cdx.json`, and holds it against the lockfile.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { productionBill } from './bill.ts';
import { ROOT, readLockfile } from './lockfile.ts';

const test = suite('bill of materials');
const FOLDER = new URL('sbom/', ROOT);

test('it names every package of production with its hash, and nothing else', async () => {
  const bill = await productionBill();
  assert.is(bill.bomFormat, 'CycloneDX');
  assert.match(bill.specVersion, /^1\.\d$/);
  const production = (await readLockfile()).filter(one => !one.dev);
  const wanted = production.map(({ name, version, integrity }) => `${name}@${version} ${hexOf(integrity)}`);
  const found = bill.components.map(({ purl, hashes = [] }) => {
    const sha512 = hashes.find(({ alg }) => alg === 'SHA-512')?.content;
    return `${nameOf(purl)} ${sha512}`;
  });
  assert.equal([...new Set(found)].sort(), [...new Set(wanted)].sort());
  // A package that states its licence in a form that npm does not read has it in `allowed.ts`.
  const stated = new Set(production.flatMap(({ name, licence }) => (licence === undefined ? [] : [name])));
  for (const { purl, licenses = [] } of bill.components) {
    if (stated.has(nameOf(purl).replace(/@[^@]+$/, ''))) assert.is(licenses.length, 1, `${purl} has its licence`);
  }
  const refs = new Set(bill.dependencies.map(({ ref }) => ref));
  for (const component of bill.components) assert.ok(refs.has(component['bom-ref']), component.name);
  await mkdir(FOLDER, { recursive: true });
  await writeFile(new URL('easel.cdx.json', FOLDER), `${JSON.stringify(bill, null, 2)}\n`);
  console.log(`${bill.components.length} packages in sbom/easel.cdx.json`);
});

test.run();

/** With its version. */
function nameOf(purl: string): string {
  return decodeURIComponent(purl.replace(/^pkg:npm\//, ''));
}

function hexOf(integrity: string): string {
  return Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex');
}
