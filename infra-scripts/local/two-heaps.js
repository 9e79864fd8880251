// Plain JavaScript, loaded before `start.ts`. On Linux the C library gives each thread a heap of its own, and what the
// decoders of ten large photos give back stays in all of them: some 200 MiB more, and over the 512 MiB that are promised.
// It reads its settings before the first line of a program, so the process starts over in its own place, same id, same
// terminal, some 40 ms later. The worker's image sets the same.
const HEAPS = '2';

if (process.platform === 'linux' && process.env.MALLOC_ARENA_MAX === undefined && process.connected !== true) {
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    ...process.env,
    MALLOC_ARENA_MAX: HEAPS,
  });
}
