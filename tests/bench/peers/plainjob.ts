/** plainjob; mode is SQLite's `synchronous`. Its worker looks every 10 ms, for with its default of 1 s it idles. */
import Database from 'better-sqlite3';
import { better, defineQueue, defineWorker } from 'plainjob';
import type { Connect } from './peer.ts';

const POLL_MS = 10;
/** With a second process at the same file. */
const BUSY_MS = 10_000;
const QUIET = { error: console.error, warn() {}, info() {}, debug() {} };

export const connect: Connect = async ({ file = '', mode = 'NORMAL' }) => {
  const database = new Database(file, { timeout: BUSY_MS });
  const queue = defineQueue({ connection: better(database), logger: QUIET });
  // After plainjob, which sets both itself.
  database.pragma(`busy_timeout = ${BUSY_MS}`);
  database.pragma(`synchronous = ${mode}`);
  return {
    add: async data => String(queue.add('draw', { data }).id),
    read: async id => queue.getJobById(Number(id)),
    async work(handle, { onDone }) {
      const worker = defineWorker('draw', job => handle((JSON.parse(job.data) as { data: string }).data), {
        ...{ queue, logger: QUIET, pollIntervall: POLL_MS, onCompleted: onDone },
      });
      void worker.start();
    },
  };
};
