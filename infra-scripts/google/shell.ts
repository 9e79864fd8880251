/**
 * Runs commands for real: writes the files that they name into a folder of their own, which is also where they run,
 * and hands them their input.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command, Outcome, Run } from './command.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The folder goes when `work` has ended: rendered files may not become a second truth. */
export async function withShell<T>(work: (run: Run) => Promise<T>, env: NodeJS.ProcessEnv = process.env): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'easel-cloud-'));
  const run: Run = async command => {
    for (const { path, text } of command.files ?? []) await writeFile(join(directory, path), text);
    return start(command, { input: (await command.input?.make(run)) ?? '', directory, env });
  };
  try {
    return await work(run);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** A program that is not there is an outcome like any other: 127, as a shell has it. */
function start(
  { program, args, at }: Command,
  { input, directory, env }: { input: string; directory: string; env: NodeJS.ProcessEnv },
): Promise<Outcome> {
  return new Promise(resolve => {
    const quiet = { ...env, CLOUDSDK_CORE_DISABLE_PROMPTS: '1' };
    const child = spawn(program, args, { cwd: at === 'repository' ? ROOT : directory, env: quiet });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', chunk => (stdout += chunk));
    child.stderr.on('data', chunk => (stderr += chunk));
    child.once('error', error => resolve({ code: 127, stdout, stderr: error.message }));
    child.once('close', code => resolve({ code: code ?? 1, stdout, stderr }));
    // A program that reads nothing and is gone already closes the pipe.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
