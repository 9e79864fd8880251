import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Command, gcloud, lineOf, rest, scriptOf } from './command.ts';
import { lookAt, must } from './converge.ts';
import { withShell } from './shell.ts';

const test = suite('commands of the cloud tools');

/** A program called gcloud that does what the script says. */
async function withGcloud(script: string, work: (env: NodeJS.ProcessEnv) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'easel-shell-'));
  try {
    await writeFile(join(directory, 'gcloud'), `#!/bin/sh\n${script}\n`);
    await chmod(join(directory, 'gcloud'), 0o755);
    await work({ PATH: `${directory}:/usr/bin:/bin` });
  } finally {
    await rm(directory, { recursive: true });
  }
}

test('a command finds its files and its input, and cannot be asked anything', () =>
  withGcloud('cat rules.json; cat; echo "$CLOUDSDK_CORE_DISABLE_PROMPTS $1"; ls >&2', env =>
    withShell(async run => {
      const files = [{ path: 'rules.json', text: '{"a":1}\n' }];
      const input = { shown: 'secret', make: async () => 'from stdin\n' };
      const { code, stdout, stderr } = await run(gcloud('apply', {}, { files, input }));
      assert.equal([code, stdout, stderr], [0, '{"a":1}\nfrom stdin\n1 apply\n', 'rules.json\n']);
    }, env),
  ));

test('a failure keeps its code and its words, a program that is not there is 127, and no file stays', async () => {
  const before = (await readdir(tmpdir())).filter(name => name.startsWith('easel-cloud-'));
  await withGcloud('echo "ERROR: NOT_FOUND: no such thing" >&2; exit 1', env =>
    withShell(async run => {
      assert.is((await run(gcloud('describe'))).code, 1);
      assert.is(await lookAt(gcloud('describe'), run), undefined);
      const fault = await must(gcloud('create', { region: 'x' }), run).catch((error: Error) => error.message);
      assert.is(fault, 'This command failed:\n  gcloud create --region=x\nERROR: NOT_FOUND: no such thing');
      const docker: Command = { program: 'docker', args: ['push'] };
      assert.is((await withShell(there => there(docker), { PATH: '/nowhere' })).code, 127);
    }, env),
  );
  assert.equal(
    (await readdir(tmpdir())).filter(name => name.startsWith('easel-cloud-')),
    before,
  );
});

test('a line can be given to a shell as it is', () => {
  const flags = { filter: `state=ENABLED AND name='x y'`, quiet: true, left: undefined } as const;
  assert.is(
    lineOf(gcloud('secrets list', flags)),
    `gcloud secrets list --filter='state=ENABLED AND name='\\''x y'\\''' --quiet`,
  );
  const body = { path: 'slo.json', text: '{}' };
  const [file, line = ''] = scriptOf(rest('POST', 'https://monitoring.googleapis.com/v3/projects/p/services', body));
  assert.is(file, "cat > slo.json <<'END'\n{}\nEND");
  assert.match(line, /^gcloud auth print-access-token \| .*curl .*--request=POST .*User-Project: p' .*@slo\.json/);
});

test.run();
