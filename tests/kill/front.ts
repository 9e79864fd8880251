/**
 * What stands before the processes of one service, as Cloud Run's front does: one address for all of them, each new
 * connection to the next one that takes any. It knows nothing of HTTP.
 */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Front {
  readonly port: number;
  /** From now on the process at this port gets new connections; those that it has it keeps when it is taken off. */
  add(port: number): void;
  remove(port: number): void;
  /** Cuts what it has, as a front does that hears nothing of a process any more. */
  cut(port: number): void;
  close(): Promise<void>;
}

export async function openFront(): Promise<Front> {
  const behind: number[] = [];
  const open = new Map<Socket, number>();
  let turn = 0;

  const server = createServer(client => {
    const port = behind[turn++ % Math.max(1, behind.length)];
    // As when a service has no instance: the client hears that nobody is there, and comes again.
    if (port === undefined) return void client.destroy();
    const process = connect(port, '127.0.0.1');
    for (const [one, other] of [
      [client, process],
      [process, client],
    ] as const) {
      open.set(one, port);
      one.once('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.on('error', () => {});
      one.pipe(other);
    }
  });
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;

  return {
    port,
    add: one => void behind.push(one),
    remove(one) {
      const index = behind.indexOf(one);
      if (index >= 0) behind.splice(index, 1);
    },
    cut(port) {
      for (const [socket, to] of open) if (to === port) socket.destroy();
    },
    close() {
      for (const socket of open.keys()) socket.destroy();
      return new Promise(closed => server.close(() => closed()));
    },
  };
}
