/**
 * A small internet for outbound requests: names with the answers that a resolver gives one after the other, servers at
 * public addresses, and everywhere else a canary, on which every connection ends that should never have been begun.
 * The sockets, the encryption and HTTP are real; only names and places are not.
 */
import type { createServer as createHttpServer, RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createConnection, createServer, type Server } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { Network } from '../../common/outbound/network.ts';
import { createCertificate } from './certificate.ts';

export interface Internet {
  readonly network: Network;
  /** Every name that was looked up, in order. */
  readonly lookups: readonly string[];
  /** Every address that a connection was begun to, in order. */
  readonly dialled: readonly string[];
  /** Connections that ended where nobody may go. */
  readonly canary: () => number;
  /** What was written on them. */
  readonly canaryBytes: () => number;
  /** What the resolver answers: the last list again and again. */
  name(name: string, ...answers: readonly (readonly string[])[]): void;
  /** Puts a server at a public address, under a name of its own with a good certificate unless told otherwise. */
  serve(site: Site, listener: RequestListener): Promise<void>;
  /** Puts whatever listens on a port of this machine at an address. */
  place(address: string, port: number): void;
  /** Where the canary listens. */
  readonly canaryPort: number;
  close(): Promise<void>;
}

export interface Site {
  readonly name: string;
  readonly address: string;
  /** Undefined for plain HTTP. */
  readonly certificate?: { readonly names: readonly string[]; readonly trusted: boolean; readonly aroundMs?: number };
}

/** A public address that no one of ours is. */
export const PUBLIC_ADDRESS = '93.184.216.34';

export async function openInternet(): Promise<Internet> {
  const answers = new Map<string, readonly (readonly string[])[]>();
  const places = new Map<string, number>();
  const lookups: string[] = [];
  const dialled: string[] = [];
  const servers: Server[] = [];
  let caught = 0;
  let caughtBytes = 0;
  const listen = async (server: Server) => {
    servers.push(server);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };
  const canaryPort = await listen(
    createServer(socket => {
      caught++;
      socket.on('data', chunk => (caughtBytes += chunk.length));
      socket.on('error', () => {}).end();
    }),
  );

  const network: Network = {
    async resolve(name) {
      const asked = lookups.filter(earlier => earlier === name).length;
      lookups.push(name);
      const known = answers.get(name) ?? [];
      const found = known[Math.min(asked, known.length - 1)];
      if (!found) throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' });
      return found;
    },
    connect(address) {
      dialled.push(address);
      const port = places.get(address);
      const socket = createConnection({ host: '127.0.0.1', port: port ?? canaryPort });
      // A server that stands at a public address shows it; the canary shows where it really is.
      if (port !== undefined) Object.defineProperty(socket, 'remoteAddress', { value: address });
      return socket;
    },
    ownAddresses: () => ['198.41.0.99'],
  };

  return {
    network,
    lookups,
    dialled,
    canary: () => caught,
    canaryBytes: () => caughtBytes,
    canaryPort,
    name: (name, ...lists) => void answers.set(name, lists),
    place: (address, port) => void places.set(address, port),
    async serve({ name, address, certificate = { names: [name], trusted: true } }, listener) {
      const { names, trusted, ...wish } = certificate;
      const made = createCertificate({ names, ...wish });
      if (trusted) setDefaultCACertificates([...getCACertificates('default'), made.cert]);
      places.set(address, await listen(createHttpsServer(made, listener)));
      answers.set(name, [[address]]);
    },
    async close() {
      await Promise.all(
        servers.map(server => {
          if ('closeAllConnections' in server) (server as ReturnType<typeof createHttpServer>).closeAllConnections();
          return new Promise(resolve => server.close(resolve));
        }),
      );
    },
  };
}

/** Runs a test on an internet of its own, and closes it whatever happened. */
export function onInternet(test: (internet: Internet) => Promise<void>): () => Promise<void> {
  return async () => {
    const internet = await openInternet();
    try {
      await test(internet);
    } finally {
      await internet.close();
    }
  };
}
