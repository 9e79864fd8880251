/**
 * The linter's settings keep the import directions. Each forbidden import is planted here, so that a slip in those
 * settings fails a test instead of silently allowing everything.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('import directions');
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BIOME = fileURLToPath(new URL('../node_modules/@biomejs/biome/bin/biome', import.meta.url));

const FORBIDDEN = [
  ['api/planted.ts', '../worker/app.ts'],
  ['api/auth/planted.ts', '../../common/embedded/store.ts'],
  ['api/planted.ts', 'node:sqlite'],
  ['api/planted.ts', '@google-cloud/tasks'],
  ['worker/planted.ts', '../api/app.ts'],
  ['worker/planted.ts', '@google/genai'],
  ['common/planted.ts', './embedded/store.ts'],
  ['common/jobs/planted.ts', '../../api/app.ts'],
  ['common/planted.ts', 'koa'],
  ['common/embedded/planted.ts', '../google/store.ts'],
  ['common/google/planted.ts', '../embedded/store.ts'],
  ['infra-scripts/local/planted.ts', '@google-cloud/firestore'],
] as const;

const ALLOWED = [
  ['api/planted.ts', '../common/job.ts'],
  ['worker/gemini.ts', '@google/genai'],
  ['common/embedded/planted.ts', 'node:sqlite'],
  ['common/google/planted.ts', '@google-cloud/firestore'],
  ['infra-scripts/local/planted.ts', '../../api/app.ts'],
] as const;

test('forbidden imports are refused, allowed ones are not', async () => {
  const refused = await plantAndLint([...FORBIDDEN, ...ALLOWED].map(([file, specifier]) => [file, specifier]));
  const expected = FORBIDDEN.map((_, index) => index);
  assert.equal(refused, expected, 'by position in FORBIDDEN, then ALLOWED');
});

test.run();

/** Lints one file for each import in a copy of the tree's layout; answers the positions of those refused. */
async function plantAndLint(imports: readonly (readonly [file: string, specifier: string])[]): Promise<number[]> {
  const folder = await mkdtemp(join(tmpdir(), 'easel-lint-'));
  try {
    await cp(join(ROOT, 'biome.json'), join(folder, 'biome.json'));
    await writeFile(join(folder, '.gitignore'), 'node_modules/\n');
    for (const [index, [file, specifier]] of imports.entries()) {
      // The gemini adapter is told from others by its name, which therefore stays at the front.
      const path = join(folder, file.replace('.ts', `-${index}.ts`));
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, `import * as planted from '${specifier}';\n\nexport const use = planted;\n`);
    }
    const output = await lint(folder);
    return imports.flatMap((_, index) => (refusal(index).test(output) ? [index] : []));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function refusal(index: number): RegExp {
  return new RegExp(`noRestrictedImports.*-${index}\\.ts|-${index}\\.ts.*noRestrictedImports`);
}

function lint(cwd: string): Promise<string> {
  const args = [BIOME, 'lint', '--reporter=github', '--max-diagnostics=none', '.'];
  return new Promise(resolve => {
    execFile(process.execPath, args, { cwd }, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
}
