/** BullMQ. Whether a job is durable when `add` resolves is a matter of the Redis behind it. */
import { Queue, Worker } from 'bullmq';
import type { Connect } from './peer.ts';

export const connect: Connect = async ({ redisPort = 0, queue: name = '' }) => {
  const connection = { host: '127.0.0.1', port: redisPort, maxRetriesPerRequest: null };
  const queue = new Queue<{ data: string }>(name, { connection });
  await queue.waitUntilReady();
  return {
    add: async data => String((await queue.add('draw', { data })).id),
    async read(id) {
      const job = await queue.getJob(id);
      return job && { id: job.id, createdAt: job.timestamp, finishedAt: job.finishedOn };
    },
    async work(handle, { concurrency, onDone }) {
      const worker = new Worker<{ data: string }>(name, job => handle(job.data.data), { connection, concurrency });
      worker.on('completed', onDone);
      await worker.waitUntilReady();
    },
  };
};
