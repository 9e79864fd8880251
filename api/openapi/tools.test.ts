/**
 * The OpenAPI document in the hands of others: a public linter accepts it, and a client that a public generator makes
 * of it compiles and gets a picture from the real service. Platform: embedded.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BARE_ENVIRONMENT } from '../../tests/bare-environment.ts';
import { download, PHOTO, withService } from '../../tests/service.ts';
import { ROUTES } from '../app.ts';
import { openapiDocument } from './document.ts';

const test = suite('openapi tools');
const require = createRequire(import.meta.url);

test('a public linter accepts the document', async () => {
  const found = await inFolder(async folder => {
    await writeFile(join(folder, 'openapi.json'), JSON.stringify(openapiDocument(ROUTES)));
    return redocly(folder, ['lint', 'openapi.json', '--extends=recommended', '--format=json']);
  });
  const { totals, problems } = JSON.parse(found) as { totals: { errors: number }; problems: { ruleId: string }[] };
  assert.is(totals.errors, 0, found);
  // It wants a 2xx of routes that redirect, and a 4xx of routes that take no input.
  const expected = ['operation-2xx-response', 'operation-4xx-response'];
  assert.equal([...new Set(problems.map(({ ruleId }) => ruleId))].sort(), expected, found);
});

test(
  'a client that a public generator made compiles and gets a picture',
  withService(async service => {
    const { server } = await service.keys();
    await inFolder(async folder => {
      await writeFile(join(folder, 'openapi.json'), JSON.stringify(openapiDocument(ROUTES)));
      await redocly(folder, ['generate-client', 'openapi.json', '--output=client.ts', '--import-ext=ts']);
      await writeFile(join(folder, 'package.json'), '{"type":"module"}');
      await writeFile(join(folder, 'draw.ts'), CLIENT);
      const bin = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
      const flags = '--noEmit --strict --target esnext --module nodenext --lib esnext,dom --allowImportingTsExtensions';
      await run(folder, [bin, ...flags.split(' '), '--erasableSyntaxOnly', '--types', '', 'draw.ts']);
      const { draw } = (await import(pathToFileURL(join(folder, 'draw.ts')).href)) as { draw: DrawWithClient };
      const url = await draw(service.url(), server, PHOTO.toString('base64'));
      assert.is((await download(url)).status, 200);
    });
  }),
);

test.run();

type DrawWithClient = (serverUrl: string, key: string, data: string) => Promise<string>;

/** What a developer writes with the generated client. */
const CLIENT = `
import { ApiError, client, type Job, type Problem } from './client.ts';

export async function draw(serverUrl: string, key: string, data: string): Promise<string> {
  client.configure({ serverUrl });
  client.auth.bearer(key);
  const { styles } = await client.listStyles();
  const submit = (style: string): Promise<Job> =>
    client.submitJob({ body: { style, image: { data }, options: { variation: 2 }, metadata: { made: 'by a client' } } });
  const code = await submit('cubist').catch(error => (error as ApiError).body as Problem).then(problem => 'code' in problem && problem.code);
  if (code !== 'style_unknown') throw new Error(\`expected style_unknown, got \${code}\`);

  let job = await submit(styles[0]?.id ?? '');
  while (!job.done) {
    job = await client.getJob({ path: { id: job.id }, query: { after: job.sequence }, headers: { Prefer: 'wait=20' } });
  }
  if (job.metadata?.made !== 'by a client') throw new Error('metadata are lost');
  return job.output?.url ?? job.error?.code ?? job.status;
}
`;

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'easel-openapi-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function redocly(cwd: string, args: readonly string[]): Promise<string> {
  const bin = join(dirname(require.resolve('@redocly/cli/package.json')), 'bin/cli.js');
  return run(cwd, [bin, ...args]);
}

/** Its standard output. Rejects with all that it has said when it fails. */
function run(cwd: string, args: readonly string[]): Promise<string> {
  const env = { ...BARE_ENVIRONMENT, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [...args], { cwd, env }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${args.join(' ')}: ${stdout}${stderr}`, { cause: error }));
      else resolve(stdout);
    });
  });
}
