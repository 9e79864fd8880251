/**
 * The test command: `node tests/run.ts [pattern …]` runs every `*.test.ts` that matches (all by default), each file in
 * a process of its own, and closes with `N passed, N failed`.
 *
 * uvu 0.5.6 ends with success when `.run()` is forgotten, when a hook or a test throws a non-Error, when `.only` is
 * left in and when no file matches. Here each of those fails, and so does a file that is still running something
 * after its last test, or longer than its time limit. `tests/run.test.ts` holds this command to that.
 *
 * With `RETRY_FAILED=1`, as continuous integration sets it, a file that failed runs once more after all the others, with
 * the machine to itself. If it passes then it counts as passed, and its first failure stays in print under FLAKY.
 */
import { fork } from 'node:child_process';
import { glob, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { COMPILED } from './bare-environment.ts';

/** What `tests/run-file.ts` sends once the tests of its file have ended. */
export interface FileResult {
  readonly passed: number;
  readonly failed: number;
  /** What is wrong with the file as a whole, if anything. */
  readonly complaint?: string;
}

const FILE_LIMIT_MS = Number(process.env.TEST_FILE_LIMIT_MS ?? 110_000);
/** How long a file may take to end by itself after its last test. */
const LINGER_LIMIT_MS = 3_000;
const RUN_FILE = fileURLToPath(new URL('./run-file.ts', import.meta.url));
const FORBIDDEN = [
  [/\btest\.only\(|\bsuite\.only\(|\.only\(['"`]/, '.only is left in'],
  [/\btest\.(before|after)\b/, 'hooks are swallowed by uvu: set up and tear down inside the test'],
  [/\btest\.skip\(/, 'a skipped test is no test'],
] as const;

const patterns = process.argv.slice(2);
const files = await longestFirst(await findTests(patterns.length > 0 ? patterns : ['**/*.test.ts']));
// A test waits as often as it works, so that one more than there are processors keeps them busy.
const results = await runAll(files, availableParallelism() + 1);
if (process.env.RETRY_FAILED === '1') await retryFailed(results);

const passed = sum(result => result.passed);
const failed = sum(result => result.failed);
if (files.length === 0) console.log(`No test file matches ${patterns.join(' ')}`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

async function findTests(globs: readonly string[]): Promise<string[]> {
  const found = await Array.fromAsync(glob([...globs], { exclude: ['node_modules/**', 'data/**'] }));
  return [...new Set(found)].sort();
}

/** By their limits: a long file that begins last leaves all processors but one without work. */
async function longestFirst(paths: readonly string[]): Promise<string[]> {
  const limited = paths.map(async path => ({ path, limitMs: limitOf(await readFile(path, 'utf8')) }));
  return (await Promise.all(limited)).sort((a, b) => b.limitMs - a.limitMs).map(({ path }) => path);
}

function sum(count: (result: FileResult) => number): number {
  return results.values().reduce((total, result) => total + count(result), 0);
}

async function runAll(paths: readonly string[], width: number): Promise<Map<string, FileResult>> {
  const waiting = [...paths];
  const done = new Map<string, FileResult>();
  const lane = async () => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) done.set(path, await runFile(path));
  };
  await Promise.all(Array.from({ length: width }, lane));
  return done;
}

/** Replaces the results of the files that failed by those of their second run. */
async function retryFailed(done: Map<string, FileResult>): Promise<void> {
  const failing = [...done].filter(([, { failed }]) => failed > 0);
  for (const [path] of failing) {
    const again = await runFile(path);
    done.set(path, again);
    if (again.failed === 0) console.log(`FLAKY ${path} failed beside others, and passed by itself`);
  }
}

async function runFile(path: string): Promise<FileResult> {
  const source = await readFile(path, 'utf8');
  const forbidden = FORBIDDEN.find(([pattern]) => pattern.test(source));
  const startedAt = performance.now();
  const { result, output } = forbidden
    ? { result: { passed: 0, failed: 1, complaint: forbidden[1] }, output: '' }
    : await runInProcess(path, limitOf(source));
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const good = result.failed === 0;
  console.log(`${good ? 'ok  ' : 'FAIL'} ${path} (${result.passed} passed, ${result.failed} failed, ${seconds} s)`);
  if (!good) console.log([result.complaint, output.trim()].filter(Boolean).join('\n'));
  // What could not be tested here is said aloud, however well the rest went.
  else for (const line of output.match(/NOT TESTED.*/g) ?? []) console.log(`     ${line}`);
  return result;
}

/** A file that has to wait for something long says so by `FILE_LIMIT_MS`. */
function limitOf(source: string): number {
  return Number(/\bFILE_LIMIT_MS = ([\d_]+);/.exec(source)?.[1]?.replaceAll('_', '') ?? FILE_LIMIT_MS);
}

function runInProcess(path: string, limitMs: number): Promise<{ result: FileResult; output: string }> {
  return new Promise(resolve => {
    const child = fork(RUN_FILE, [path], {
      env: { ...process.env, ...COMPILED },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    let output = '';
    let report: FileResult | undefined;
    let complaint: string | undefined;
    const stop = (why: string) => {
      complaint = why;
      child.kill('SIGKILL');
    };
    let timer = setTimeout(() => stop(`not done after ${limitMs} ms`), limitMs);
    child.stdout?.on('data', chunk => (output += chunk));
    child.stderr?.on('data', chunk => (output += chunk));
    child.on('message', message => {
      report = message as FileResult;
      clearTimeout(timer);
      timer = setTimeout(() => stop('something is still running after the last test'), LINGER_LIMIT_MS);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      complaint ??= report?.complaint;
      if (!report) complaint ??= `ended with ${signal ?? code} before its tests were done`;
      else if (code !== 0) complaint ??= `ended with ${signal ?? code} after its tests`;
      const failures = (report?.failed ?? 0) || (complaint ? 1 : 0);
      resolve({
        result: { passed: report?.passed ?? 0, failed: failures, ...(complaint ? { complaint } : {}) },
        output,
      });
    });
  });
}
