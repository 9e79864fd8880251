/**
 * What the tests of the double itself share: the double with one queue `q`, the SDK's bare client, and a target that
 * answers as the test says. The clock stands still until a test moves it.
 */
import { createServer } from 'node:http';
import { CloudTasksClient } from '@google-cloud/tasks';
import { plainTasksClient } from '../../../common/google/queue-plain.ts';
import { type TestClock, testClock } from '../../test-clock.ts';
import { startTasksDouble, type TasksDouble, type TasksDoubleOptions } from '../tasks.ts';
import { closeServer, listen } from './listen.ts';
import type { QueueSettings, TaskMessage } from './messages.ts';
import { passSettled } from './settle.ts';

/** What the target does with a request: answers a status, with headers if need be, at once or later. */
export type Answer = number | { readonly status: number; readonly headers: { readonly [name: string]: string } };

export interface Arrival {
  readonly task: string;
  /** Milliseconds since the test began. */
  readonly at: number;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly body: string;
}

export interface RawWorld {
  readonly clock: TestClock;
  readonly double: TasksDouble;
  readonly client: CloudTasksClient;
  readonly queue: string;
  readonly url: string;
  readonly arrivals: Arrival[];
  /** The names of what arrived so far, in order. */
  names(): string[];
  /** From now on; 200 before. */
  answer(answers: (arrival: Arrival) => Answer | Promise<Answer>): void;
  create(id: string, more?: TaskMessage): Promise<TaskMessage>;
  /** The status code of a call that has to fail. */
  codeOf(call: Promise<unknown>): Promise<number | undefined>;
  pass(ms: number): Promise<void>;
}

export const PARENT = 'projects/easel-test/locations/europe-west1';

type Options = Omit<TasksDoubleOptions, 'clock' | 'queues' | 'project' | 'location'> & {
  readonly settings?: Partial<QueueSettings>;
};

export function inRawWorld(body: (world: RawWorld) => Promise<void>, options: Options = {}): () => Promise<void> {
  return async () => {
    const { settings = {}, ...rest } = options;
    const clock = testClock();
    const double = await startTasksDouble({
      ...rest,
      clock,
      project: 'easel-test',
      location: 'europe-west1',
      queues: { q: { minBackoffMs: 1_000, maxAttempts: -1, ...settings } },
    });
    const client = new CloudTasksClient(await plainTasksClient(double.address)());
    const target = await startTarget(clock);
    const queue = `${PARENT}/queues/q`;
    try {
      await body({
        clock,
        double,
        client,
        queue,
        ...target,
        names: () => target.arrivals.map(({ task }) => task),
        create: (id, more = {}) => create(client, `${queue}/tasks/${id}`, target.url, more),
        codeOf,
        pass: ms => passSettled(clock, ms, () => double.underDelivery() <= target.holding()),
      });
    } finally {
      await client.close();
      await double.close();
      await target.close();
    }
  };
}

/** A task whose body is its id, for the target unless `more` says otherwise. */
async function create(client: CloudTasksClient, name: string, url: string, more: TaskMessage): Promise<TaskMessage> {
  const [parent = '', id = ''] = name.split('/tasks/');
  const httpRequest = { url, body: Buffer.from(id), ...more.httpRequest };
  const [task] = await client.createTask({ parent, task: { ...more, name, httpRequest } });
  return task;
}

function codeOf(call: Promise<unknown>): Promise<number | undefined> {
  return call.then(
    () => undefined,
    (error: { code?: number }) => error.code,
  );
}

async function startTarget(clock: TestClock) {
  const startMs = clock.now();
  const arrivals: Arrival[] = [];
  let answers: (arrival: Arrival) => Answer | Promise<Answer> = () => 200;
  let holding = 0;
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request)).toString();
    const { headers } = request;
    const arrival = { task: String(headers['x-cloudtasks-taskname']), at: clock.now() - startMs, headers, body };
    arrivals.push(arrival);
    holding++;
    const answer = await answers(arrival);
    holding--;
    if (typeof answer === 'number') response.writeHead(answer).end();
    else response.writeHead(answer.status, answer.headers).end();
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/work`,
    arrivals,
    holding: () => holding,
    answer(changed: typeof answers) {
      answers = changed;
    },
    close: () => closeServer(server),
  };
}
