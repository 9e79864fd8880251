/**
 * Asks gcloud's own linter about commands: it knows every group, flag and kind of value, and needs no network. It ends
 * with success whatever it finds, so that its report has to be read.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Refused {
  readonly command: string;
  readonly message: string;
}

interface Verdict {
  readonly command_string: string;
  readonly success: boolean;
  readonly error_message: string | null;
}

/** By itself it takes some ten seconds for all of ours; beside a whole test run on two cores, several times that. */
const LIMIT_MS = 180_000;
const OFFLINE = { CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: '1', CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: '1' };

export function hasGcloud(): boolean {
  return spawnSync('gcloud', ['--version'], { stdio: 'ignore' }).status === 0;
}

/** The commands that are wrong. Throws when the linter has not judged every one of them in time. */
export function lintGcloud(commands: readonly string[]): Refused[] {
  const directory = mkdtempSync(join(tmpdir(), 'easel-lint-'));
  try {
    const file = join(directory, 'commands.json');
    writeFileSync(file, JSON.stringify(commands.map(command_string => ({ command_string }))));
    const { status, stdout, stderr, error } = spawnSync(
      'gcloud',
      ['meta', 'lint-gcloud-commands', `--commands-file=${file}`],
      { encoding: 'utf8', timeout: LIMIT_MS, maxBuffer: 2 ** 26, env: { ...process.env, ...OFFLINE } },
    );
    if (error || status !== 0) throw new Error(`The linter of gcloud failed: ${error?.message ?? stderr}`);
    const verdicts = JSON.parse(stdout) as Verdict[];
    if (verdicts.length !== new Set(commands).size) throw new Error(`The linter judged ${verdicts.length} commands`);
    return verdicts
      .filter(({ success }) => success !== true)
      .map(({ command_string: command, error_message: message }) => ({ command, message: message ?? 'refused' }));
  } finally {
    rmSync(directory, { recursive: true });
  }
}
