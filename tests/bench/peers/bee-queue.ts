/** bee-queue, with its look for stalled jobs as its documentation has it: every five seconds. */
import BeeQueue from 'bee-queue';
import type { Connect } from './peer.ts';

const STALL_MS = 5_000;

export const connect: Connect = async ({ redisPort = 0, queue: name = '' }) => {
  const redis = { host: '127.0.0.1', port: redisPort };
  const queue = new BeeQueue<{ data: string }>(name, { redis, isWorker: true, stallInterval: STALL_MS });
  await queue.ready();
  return {
    add: async data => (await queue.createJob({ data }).save()).id,
    async read(id) {
      const job = await queue.getJob(id);
      return job && { id: job.id, status: job.status };
    },
    async work(handle, { concurrency, onDone }) {
      queue.process(concurrency, job => handle(job.data.data));
      queue.on('succeeded', onDone);
      queue.checkStalledJobs(STALL_MS, () => {});
    },
  };
};
