/**
 * Writes a job's events to one client, until the job is done, the client has gone, the time is over or the process ends.
 */
import type { ServerResponse } from 'node:http';
import type { Job } from '../common/job.ts';
import type { Api } from './api.ts';
import { viewJob } from './job-view.ts';

/** Cloud Run ends a request after 60 s: better to close before, and say when to come back. */
const STREAM_MAX_MS = 50_000;
/** Proxies end a connection that is silent for half a minute or so. */
const HEARTBEAT_MS = 15_000;
/** Place and time in the queue change without the job, so they are looked at so often. */
const QUEUE_LOOK_MS = 5_000;
/** Those who were cut off together should not come back together. */
const RETRY_MIN_MS = 500;
const RETRY_SPREAD_MS = 1_000;
const COMMENT = ':\n\n';

export interface Streamed {
  readonly id: string;
  /** The sequence that the client has been told. */
  readonly seen: number;
  readonly detailed: boolean;
}

/** Ends what it has begun by itself when the response is closed. */
export function streamJob(api: Api, response: ServerResponse, { id, seen, detailed }: Streamed): void {
  const { engine, jobWatch, closing } = api;
  const { clock } = engine;
  const startedAt = clock.now();
  const events = createJobEvents(api, { seen, detailed });
  let latest: Job | undefined;
  let telling: Promise<void> = Promise.resolve();
  let wroteAt = startedAt;

  const write = (text: string) => {
    if (response.writableEnded || response.destroyed) return;
    wroteAt = clock.now();
    response.write(text);
  };
  const comeBack = () => {
    write(`retry: ${RETRY_MIN_MS + Math.round(engine.random.fraction() * RETRY_SPREAD_MS)}\n\n`);
    response.end();
  };
  /** One after the other, each with the newest state: what changes meanwhile is folded into the last one. */
  const tell = () => {
    telling = telling
      .then(async () => {
        const job = latest;
        const text = job && (await events(job));
        if (text !== undefined) write(text);
        if (job?.done) response.end();
      })
      .catch((error: unknown) => {
        engine.log.warn('a stream of events ends early', { jobId: id, error });
        comeBack();
      });
  };
  const look = () => {
    if (clock.now() - startedAt >= STREAM_MAX_MS) return comeBack();
    if (latest) tell();
    if (clock.now() - wroteAt >= HEARTBEAT_MS) write(COMMENT);
    cancel = clock.after(QUEUE_LOOK_MS, look);
  };

  let cancel = clock.after(QUEUE_LOOK_MS, look);
  response.once('close', () => {
    cancel();
    closing.removeEventListener('abort', comeBack);
    unsubscribe();
  });
  // The first bytes open the stream for the client, even when there is nothing new to tell.
  write(COMMENT);
  const unsubscribe = jobWatch.subscribe(id, job => {
    latest = job;
    if (job) tell();
    else comeBack();
  });
  if (closing.aborted) comeBack();
  else closing.addEventListener('abort', comeBack, { once: true });
}

/** The event of each state that the client does not know: another sequence, or another place or time in the queue. */
function createJobEvents(api: Api, { seen, detailed }: Pick<Streamed, 'seen' | 'detailed'>) {
  let told = seen;
  let toldQueue: string | undefined;
  return async (job: Job): Promise<string | undefined> => {
    const waiting = await api.waiting(job);
    const queue = JSON.stringify(waiting.queue ?? {});
    const moved = toldQueue !== undefined && queue !== toldQueue;
    const isNew = job.sequence > told || (job.sequence === told && moved);
    toldQueue = queue;
    if (!isNew) return undefined;
    told = job.sequence;
    const view = await viewJob(api, job, { detailed, waiting });
    return `event: job\nid: ${job.sequence}\ndata: ${JSON.stringify(view)}\n\n`;
  };
}
