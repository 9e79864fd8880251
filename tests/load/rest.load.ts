/**
 * What `npm start` takes when it has nothing to do: it is to give back what its start and a job have left. Looked at from
 * outside, since a look at its own figures is work, after which it would collect by itself.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import { startProgram, startsAsUsersDo } from '../bench/parts/programs.ts';
import { submitOne } from '../bench/parts/servers.ts';
import { createProcesses } from '../bench/processes.ts';
import { smallPhoto } from '../bench/requests.ts';
import { waitFor } from '../wait-for.ts';

export const FILE_LIMIT_MS = 150_000;

const test = suite('the memory of a service at rest');
/** Without collections at rest it takes 155 to 175, with the compiler of types 180 to 220 (docs/performance.md). */
const REST_MIB_MAX = 140;
/** It takes 15 to 25 s; now and then V8 lets go of its pages only at the next collection, after the sweeper's minute. */
const REST_LIMIT_MS = 75_000;

test('after a job it comes to rest at 140 MiB at most', async () => {
  const processes = createProcesses();
  const seen: number[] = [];
  try {
    const program = await startProgram(processes, await startsAsUsersDo(processes));
    await submitOne(program, await smallPhoto(), { wait: true });
    const isAtRest = async () => {
      seen.push(await residentMib(program.pid));
      return (seen.at(-1) ?? Number.NaN) <= REST_MIB_MAX;
    };
    await waitFor('the memory to be given back', isAtRest, { limitMs: REST_LIMIT_MS, everyMs: 1_000 });
  } finally {
    processes.endAll();
    console.log(`MiB each second: ${seen.join(', ')}`);
  }
});

async function residentMib(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Math.round(Number(stdout) / 1_024);
}

test.run();
