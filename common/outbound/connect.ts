/**
 * From a target to a connection that is known to go where it may: the name is resolved once, every address of it has to
 * be public, and the connection is made to one of those addresses. A name that changes its address afterwards (DNS
 * rebinding) changes nothing any more.
 */
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as encrypt } from 'node:tls';
import type { Clock } from '../clock.ts';
import type { Network } from './network.ts';
import { OutboundError } from './outbound-error.ts';
import { forbiddenRange } from './public-address.ts';
import { serverName, type Target } from './target.ts';

export interface Connecting {
  readonly network: Network;
  readonly clock: Clock;
  /** Closes the connection, whatever state it is in. */
  readonly signal: AbortSignal;
}

/** A host with more addresses than this does not get more tries. */
const ADDRESSES_TRIED = 4;
/** After this the next address gets its turn, for machines whose IPv6 leads nowhere. */
const NEXT_ADDRESS_MS = 1_500;

/** Throws `address_forbidden` before anything is sent anywhere; all other faults are those of sockets. */
export async function connect(target: Target, connecting: Connecting): Promise<Duplex> {
  const addresses = isIP(target.host) === 0 ? await connecting.network.resolve(target.host) : [target.host];
  // All of them: a name that leads to both sides of a firewall is no name to trust with either.
  for (const address of addresses) refuseForbidden(target, address, connecting.network);
  const socket = await firstToAnswer(target, addresses.slice(0, ADDRESSES_TRIED), connecting);
  // The kernel has the last word: a socket that ended elsewhere is closed before a byte is sent.
  refuseForbidden(target, socket.remoteAddress ?? '', connecting.network);
  return target.secure ? secured(socket, target, connecting.signal) : socket;
}

function refuseForbidden({ host, exempt }: Target, address: string, network: Network): void {
  if (exempt) return;
  const range = network.ownAddresses().includes(address) ? 'of this machine' : forbiddenRange(address);
  if (range !== undefined) {
    throw new OutboundError('address_forbidden', { detail: `${host} leads to ${address || 'nowhere'} (${range})` });
  }
}

async function firstToAnswer(target: Target, addresses: readonly string[], connecting: Connecting): Promise<Socket> {
  let fault: unknown = new Error(`${target.host} has no address`);
  for (const [index, address] of addresses.entries()) {
    connecting.signal.throwIfAborted();
    const limitMs = index < addresses.length - 1 ? NEXT_ADDRESS_MS : undefined;
    try {
      return await open(address, target.port, { ...connecting, limitMs });
    } catch (error) {
      fault = error;
    }
  }
  throw fault;
}

async function open(
  address: string,
  port: number,
  { network, clock, signal, limitMs }: Connecting & { limitMs: number | undefined },
): Promise<Socket> {
  const socket = closedBy(signal, network.connect(address, port));
  const late = () => void socket.destroy(new Error(`${address} does not answer`));
  const stop = limitMs === undefined ? () => {} : clock.after(limitMs, late);
  try {
    await settled(socket, 'connect');
    return socket;
  } finally {
    stop();
  }
}

/** The certificate has to be trusted and to bear the name that was asked for, whatever the environment says. */
async function secured(socket: Socket, target: Target, signal: AbortSignal): Promise<Duplex> {
  const servername = serverName(target);
  const options = { socket, host: target.host, ALPNProtocols: ['http/1.1'], rejectUnauthorized: true };
  const secure = closedBy(signal, encrypt({ ...options, ...(servername !== undefined ? { servername } : {}) }));
  await settled(secure, 'secureConnect');
  return secure;
}

/** Not every socket that is closed says that there was an error. */
function settled(socket: Duplex, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the connection was closed before it was there')));
  });
}

function closedBy<S extends Duplex>(signal: AbortSignal, socket: S): S {
  const close = () => void socket.destroy();
  if (signal.aborted) close();
  signal.addEventListener('abort', close, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', close));
  // Whoever waits for something hears of the fault by that; afterwards it must not end the process.
  socket.on('error', () => {});
  return socket;
}
