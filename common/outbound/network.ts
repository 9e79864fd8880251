/**
 * The network as outbound requests use it: names become addresses once, and connections go to an address, never to a
 * name. Tests put a network of their own in its place.
 */
import { lookup } from 'node:dns/promises';
import { createConnection, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';

export interface Network {
  /** Every address of the name. Fails when there is none; may outlive the request that asked. */
  resolve(name: string): Promise<readonly string[]>;
  /** Begins a connection to exactly this address; asks no resolver and no proxy. */
  connect(address: string, port: number): Socket;
  /** The addresses of this machine itself, public ones included. */
  ownAddresses(): readonly string[];
}

export const systemNetwork: Network = {
  async resolve(name) {
    const found = await lookup(name, { all: true, order: 'verbatim' });
    return found.map(({ address }) => address);
  },
  connect: (address, port) => createConnection({ host: address, port }),
  ownAddresses: () =>
    Object.values(networkInterfaces())
      .flatMap(cards => cards ?? [])
      .map(({ address }) => address),
};
