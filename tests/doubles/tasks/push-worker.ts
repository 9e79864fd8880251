/**
 * The worker's real endpoint with a handler of the test's own behind it, for queues that deliver over HTTP. It notes
 * what arrives, and knows how many calls are with the handler.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Engine } from '../../../common/engine.ts';
import { silentLog } from '../../../common/log.ts';
import type { TaskHandler } from '../../../common/platform/queue.ts';
import { createWorkerHttp, type WorkerHttp } from '../../../worker/http.ts';
import { closeServer, listen } from './listen.ts';

export interface Delivery {
  readonly at: number;
  readonly url: string;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
}

export interface PushWorker {
  readonly url: string;
  /** The latest last. */
  readonly deliveries: Delivery[];
  /** Calls of the handler that have not ended. */
  handling(): number;
  /** Answers from now on; before, it breaks every connection, as a worker that is not up yet. */
  start(handler: TaskHandler): void;
  close(): Promise<void>;
}

export async function startPushWorker(checkToken: WorkerHttp['checkToken'], now: () => number): Promise<PushWorker> {
  const deliveries: Delivery[] = [];
  let handling = 0;
  let answer: ((request: IncomingMessage, response: ServerResponse) => unknown) | undefined;
  const server = createServer((request, response) => {
    deliveries.push({ at: now(), url: request.url ?? '', headers: request.headers });
    if (answer) void answer(request, response);
    else request.socket.destroy();
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    deliveries,
    handling: () => handling,
    start(handler) {
      const handle: TaskHandler = async task => {
        handling++;
        try {
          await handler(task);
        } finally {
          handling--;
        }
      };
      // Of the engine the endpoint uses the log alone, unless it sweeps.
      answer = createWorkerHttp({ engine: { log: silentLog } as Engine, handle, checkToken }).callback();
    },
    close: () => closeServer(server),
  };
}
