/**
 * The tree of an earlier commit in a temporary directory, ready to run: taken out of git's history, with this tree's
 * `node_modules` linked. A shallow clone or an unpacked archive has no history; then it says so.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** `use` is given the root of the tree, which is gone afterwards. Without history it is not called. */
export async function withEarlierCode(
  commit: string,
  use: (tree: string) => Promise<void>,
): Promise<{ readonly missing?: string }> {
  const missing = await whyMissing(commit);
  if (missing !== undefined) return { missing };
  const directory = await mkdtemp(join(tmpdir(), 'easel-earlier-'));
  try {
    const [archive, tree] = [join(directory, 'tree.tar'), join(directory, 'tree')];
    await git('archive', '--format=tar', `--output=${archive}`, commit);
    await mkdir(tree);
    await run('tar', ['-xf', archive, '-C', tree]);
    await symlink(join(ROOT, 'node_modules'), join(tree, 'node_modules'), 'junction');
    await use(tree);
    return {};
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** What git prints, without the line's end. Throws what git complains of. */
export async function git(...args: string[]): Promise<string> {
  const { stdout } = await run('git', args, { cwd: ROOT });
  return stdout.trim();
}

async function whyMissing(commit: string): Promise<string | undefined> {
  try {
    await git('cat-file', '-e', `${commit}^{commit}`);
    return undefined;
  } catch {
    const shallow = await git('rev-parse', '--is-shallow-repository').catch(() => 'none');
    if (shallow === 'none') return 'there is no git history here';
    return shallow === 'true' ? 'the clone is shallow (fetch its whole history)' : 'the commit is not in the history';
  }
}
