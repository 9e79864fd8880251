/** graphile-worker with its defaults, or with mode `batched`: a local queue of 500 and completions in batches. */
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';
import type { Connect } from './peer.ts';

const BATCHED = { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 };
const QUIET = new Logger(() => () => {});

export const connect: Connect = async ({ postgres = '', mode }) => {
  const pgPool = new pg.Pool({ connectionString: postgres, max: 12 });
  const tell = (error: Error) => console.error(`graphile-worker: ${error.message}`);
  pgPool.on('error', tell).on('connect', client => void client.on('error', tell));
  const adder = await makeWorkerUtils({ pgPool, logger: QUIET });
  await adder.migrate();
  return {
    add: async data => String((await adder.addJob('draw', { data })).id),
    // What is done is deleted; there is nothing to poll.
    read: async () => undefined,
    async work(handle, { concurrency, onDone }) {
      const runner = await run({
        pgPool,
        noHandleSignals: true,
        taskList: { draw: payload => handle((payload as { data: string }).data) },
        preset: { worker: { concurrentJobs: concurrency, ...(mode === 'batched' ? BATCHED : {}) } },
        logger: QUIET,
      });
      runner.events.on('job:complete', onDone);
    },
  };
};
