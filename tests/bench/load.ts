/**
 * A small load generator over keep-alive connections. Each request may be another, and large bodies go to the socket
 * as the parts they consist of, so that generating costs little of the processor that the server needs.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Load {
  readonly url: string;
  readonly connections: number;
  /** No request is begun after this; those under way are waited for. */
  readonly forMs: number;
  readonly requestsMax?: number;
  /** The bytes of the next request. */
  readonly next: () => readonly Uint8Array[];
  /** The status that each answer has to have. */
  readonly status: number;
}

export interface LoadResult {
  readonly perSecond: number;
  readonly latenciesMs: readonly number[];
  readonly bodies: readonly string[];
}

/** How long a single answer may take. */
const ANSWER_LIMIT_MS = 8_000;

/**
 * Open loop: requests are begun at their times whatever the answers do; one for which no connection is free is counted
 * from its time nevertheless. A timer that is late is the generator's fault and not counted.
 */
export async function generateSteadily(load: Omit<Load, 'requestsMax'>, perSecond: number): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  const bodies: string[] = [];
  const { hostname, port } = new URL(load.url);
  const free = await Promise.all(
    Array.from({ length: load.connections }, () => openConnection(hostname, Number(port))),
  );
  const connections = [...free];
  const late: number[] = [];
  const underWay = new Set<Promise<void>>();
  let failure: unknown;

  const send = async (dueMs: number, connection: Connection): Promise<void> => {
    const { status, body } = await connection.ask(load.next());
    if (status !== load.status) throw new Error(`expected ${load.status}, got ${status}: ${body.slice(0, 300)}`);
    latenciesMs.push(performance.now() - dueMs);
    bodies.push(body);
    const waited = late.shift();
    if (waited !== undefined) return send(waited, connection);
    free.push(connection);
  };
  const begin = (dueMs: number) => {
    const connection = free.pop();
    if (!connection) return late.push(dueMs);
    const sent = send(dueMs, connection).catch((error: unknown) => {
      failure = error;
    });
    underWay.add(sent);
    void sent.finally(() => underWay.delete(sent));
  };
  const startedAt = performance.now();
  for (let begun = 0; performance.now() - startedAt < load.forMs && failure === undefined; ) {
    const now = performance.now();
    for (; begun < ((now - startedAt) / 1_000) * perSecond; begun++) begin(now);
    await sleep(1);
  }
  await Promise.all(underWay);
  for (const connection of connections) connection.close();
  if (failure !== undefined) throw failure;
  return { perSecond: latenciesMs.length / ((performance.now() - startedAt) / 1_000), latenciesMs, bodies };
}

/** Closed loop: each connection sends its next request when it has the answer to the last. */
export async function generate(load: Load): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  const bodies: string[] = [];
  const { hostname, port } = new URL(load.url);
  const connections = await Promise.all(
    Array.from({ length: load.connections }, () => openConnection(hostname, Number(port))),
  );
  let begun = 0;
  const startedAt = performance.now();
  const mayBegin = () =>
    begun < (load.requestsMax ?? Number.POSITIVE_INFINITY) && performance.now() - startedAt < load.forMs;

  const drive = async (connection: Connection) => {
    while (mayBegin()) {
      begun++;
      const sentAt = performance.now();
      const { status, body } = await connection.ask(load.next());
      latenciesMs.push(performance.now() - sentAt);
      if (status !== load.status) throw new Error(`expected ${load.status}, got ${status}: ${body.slice(0, 300)}`);
      bodies.push(body);
    }
  };
  try {
    await Promise.all(connections.map(drive));
    return { perSecond: latenciesMs.length / ((performance.now() - startedAt) / 1_000), latenciesMs, bodies };
  } finally {
    for (const connection of connections) connection.close();
  }
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Connection {
  ask(parts: readonly Uint8Array[]): Promise<Answer>;
  close(): void;
}

async function openConnection(host: string, port: number): Promise<Connection> {
  const socket = connect({ host, port, noDelay: true });
  await once(socket, 'connect');
  socket.setTimeout(ANSWER_LIMIT_MS, () => socket.destroy(new Error(`no answer within ${ANSWER_LIMIT_MS} ms`)));
  let waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;
  const fail = (error: Error) => waiting?.reject(error);
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the server closed the connection')));
  readAnswers(socket, answer => waiting?.resolve(answer), fail);
  return {
    ask(parts) {
      return new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new Error('the connection is closed'));
        waiting = { resolve, reject };
        socket.cork();
        for (const part of parts) socket.write(part);
        socket.uncork();
      });
    },
    close: () => socket.destroy(),
  };
}

function readAnswers(socket: Socket, onAnswer: (answer: Answer) => void, fail: (error: Error) => void): void {
  let held: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const headEnd = held.indexOf('\r\n\r\n');
    if (headEnd === -1) return;
    const head = held.toString('latin1', 0, headEnd);
    const status = Number(head.slice(9, 12));
    const length = status === 304 ? 0 : /^content-length: (\d+)\r?$/im.exec(head)?.[1];
    if (length === undefined) return fail(new Error(`an answer without Content-Length: ${head}`));
    const end = headEnd + 4 + Number(length);
    if (held.length < end) return;
    const body = held.toString('utf8', headEnd + 4, end);
    held = held.subarray(end);
    onAnswer({ status, body });
  });
}
