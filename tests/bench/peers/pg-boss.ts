/** pg-boss with batches and notifications: with its defaults, a poll every two seconds, a job alone waits for a second. */
import { PgBoss } from 'pg-boss';
import type { Connect } from './peer.ts';

export const connect: Connect = async ({ postgres = '' }) => {
  const boss = new PgBoss({ connectionString: postgres, useListenNotify: true });
  boss.on('error', error => console.error(`pg-boss: ${error.message}`));
  await boss.start();
  await boss.createQueue('jobs', { notify: true });
  return {
    add: async data => (await boss.send('jobs', { data })) ?? '',
    async read(id) {
      const job = await boss.getJobById('jobs', id);
      return job ? { id: job.id, state: job.state, createdOn: job.createdOn } : undefined;
    },
    async work(handle, { concurrency, onDone }) {
      await boss.work<{ data: string }>('jobs', { batchSize: concurrency, pollingIntervalSeconds: 0.5 }, async jobs => {
        await Promise.all(jobs.map(job => handle(job.data.data)));
        for (const _ of jobs) onDone();
      });
    },
  };
};
