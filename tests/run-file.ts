/**
 * Runs one test file for `tests/run.ts` and reports its totals over IPC. It does not call `process.exit`: a file that
 * leaves a socket or a timer behind stays alive, and its parent says so.
 */
import { flushCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { FileResult } from './run.ts';

type Run = () => Promise<[errors: string | true, ran: number, skipped: number, total: number]>;
declare global {
  var UVU_DEFER: number;
  var UVU_INDEX: number;
  var UVU_QUEUE: (string | null | Run)[][];
}

const path = process.argv[2] ?? '';
globalThis.UVU_DEFER = 1;
await import('uvu');
globalThis.UVU_INDEX = 0;
UVU_QUEUE.push([path]);
await import(pathToFileURL(path).href);
// For the files beside this one; and after the tests nothing is to be left that takes time.
flushCompileCache();

const [, ...runs] = UVU_QUEUE[0] ?? [];
let passed = 0;
let failed = 0;
let skippedTests = 0;
for (const run of runs as Run[]) {
  const [errors, ran, skipped, total] = await run();
  if (typeof errors === 'string') console.log(errors);
  passed += ran;
  failed += Math.max(total - ran, 0);
  skippedTests += skipped;
}
const complaint =
  runs.length === 0 || passed + failed === 0
    ? 'no tests: is .run() forgotten?'
    : skippedTests > 0
      ? `${skippedTests} tests skipped`
      : undefined;
const result: FileResult = {
  passed,
  failed: failed + (complaint && failed === 0 ? 1 : 0),
  ...(complaint ? { complaint } : {}),
};
// Nothing is left to run: without this the engine takes a large heap apart first, which is no work of the file's.
process.once('beforeExit', () => process.exit());
process.send?.(result, undefined, undefined, () => process.disconnect?.());
