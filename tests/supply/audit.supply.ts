/**
 * Asks the registry for known holes in what runs in production, and whether it has signed what is installed. A registry
 * that cannot tell fails nothing, but it is said aloud. How npm's answers are read is tried on a registry of our own.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readLockfile } from './lockfile.ts';
import { npm } from './npm.ts';
import { openRegistry } from './registry.ts';
import { auditVerdict, signatureVerdict, type Verdict } from './verdicts.ts';

/** Both look for hosts that may not be there. */
export const FILE_LIMIT_MS = 600_000;

const test = suite('supply chain');
const QUICK = ['--json', '--fetch-retries=0'];
const URL_OF_HOLE = 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc';
const NOW = Date.parse('2026-11-23T12:00:00Z');

test('no advisory of high or critical severity for what runs in production', async () => {
  holds('advisories', auditVerdict(await npm('audit', '--omit=dev', '--package-lock-only', ...QUICK), Date.now()));
});

test('the registry has signed what is installed', async () => {
  holds('signatures of the registry', signatureVerdict(await npm('audit', 'signatures', ...QUICK)));
});

test('npm asks about every package of production, and a grave hole is a complaint unless it was looked at', async () => {
  const registry = await openRegistry({ koa: [hole('high')], jose: [hole('moderate')] });
  try {
    const output = await npm('audit', '--omit=dev', '--package-lock-only', ...QUICK, `--registry=${registry.url}`);
    const production = (await readLockfile()).filter(one => !one.dev);
    for (const { name, version } of production)
      assert.ok(registry.asked()[name]?.includes(version), `${name}@${version}`);
    const complaint = `koa: high, A hole (${URL_OF_HOLE})`;
    assert.equal(auditVerdict(output, NOW, []), { kind: 'verdict', complaints: [complaint] });
    const looked = { url: URL_OF_HOLE, reason: 'does not concern us', looked: '2026-10-01' };
    assert.equal(auditVerdict(output, NOW, [looked]), { kind: 'verdict', complaints: [] });
    const late = complaintsOf(auditVerdict(output, NOW, [{ ...looked, looked: '2026-08-01' }]));
    assert.match(late.join(), 'was looked at 114 days ago');
    const other = complaintsOf(auditVerdict(output, NOW, [{ ...looked, url: 'https://example.com/other' }]));
    assert.equal(other, [complaint, 'https://example.com/other is listed and not reported any more']);
  } finally {
    await registry.close();
  }
});

test('a registry without advisories, or none at all, gives no verdict; anything else fails the check', async () => {
  for (const status of [404, 405, 503]) {
    const registry = await openRegistry(status);
    const output = await npm('audit', '--omit=dev', '--package-lock-only', ...QUICK, `--registry=${registry.url}`);
    await registry.close();
    assert.is(auditVerdict(output, NOW).kind, 'not offered', output);
  }
  const nobody = await npm('audit', '--omit=dev', '--package-lock-only', ...QUICK, '--registry=http://127.0.0.1:1');
  assert.is(auditVerdict(nobody, NOW).kind, 'not offered');
  const unknownHost = { error: { code: 'ENOTFOUND', summary: 'getaddrinfo ENOTFOUND', detail: '' } };
  assert.is(signatureVerdict(JSON.stringify(unknownHost)).kind, 'not offered');
  for (const strange of [{ error: { code: 'EWHATEVER', summary: 'x' } }, { statusCode: 401, message: 'x' }, {}]) {
    assert.throws(() => signatureVerdict(JSON.stringify(strange)), /neither/);
    assert.throws(() => auditVerdict(JSON.stringify(strange), NOW), /neither/);
  }
});

test('a wrong signature is a complaint, and so is one that is missing', () => {
  const [wrong, none] = [
    { name: 'koa', version: '3.3.0', code: 'EINTEGRITYSIGNATURE' },
    { name: 'jose', version: '6.2.17' },
  ];
  const found = complaintsOf(signatureVerdict(JSON.stringify({ invalid: [wrong], missing: [none] })));
  assert.equal(found, ['koa@3.3.0 has a wrong signature', 'jose@6.2.17 has no signature']);
  assert.equal(complaintsOf(signatureVerdict('{"invalid":[],"missing":[]}')), []);
});

test.run();

function holds(what: string, verdict: Verdict): void {
  if (verdict.kind === 'not offered') console.log(`NOT TESTED: ${what}; ${verdict.why}`);
  else assert.equal(verdict.complaints, [], verdict.complaints.join('\n'));
}

function complaintsOf(verdict: Verdict): readonly string[] {
  if (verdict.kind === 'verdict') return verdict.complaints;
  throw new Error(`no verdict: ${verdict.why}`);
}

function hole(severity: string): object {
  const cvss = { score: 5, vectorString: null };
  return { id: 1, url: URL_OF_HOLE, title: 'A hole', severity, vulnerable_versions: '>=0', cwe: [], cvss };
}
