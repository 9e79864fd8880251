/**
 * Tells addresses of the public internet from all others: loopback, private and link-local networks, the metadata of
 * clouds, multicast, documentation, and every IPv6 form that carries an IPv4 address inside. What is not known to be
 * public is forbidden.
 *
 * One thing no table can know: a network that translates IPv6 to IPv4 (NAT64) under a prefix of its own.
 */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** All of global unicast (IANA, IPv6 address space); the library counts what lies outside of it as unicast too. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');

/** Public by their number alone. */
const FURTHER: { readonly [range: string]: [ipaddr.IPv4 | ipaddr.IPv6, number][] } = {
  // Azure answers every machine of its own there: metadata, DNS, health probes.
  cloudHost: [ipaddr.parseCIDR('168.63.129.16/32')],
};

/** What kind of address it is when no request may go there; undefined for a public one. */
export function forbiddenRange(text: string): string | undefined {
  // A zone (`%eth0`) picks a network card, so it is never about the internet. `isIP` is strict; the library is not.
  if (isIP(text) === 0 || text.includes('%') || !ipaddr.isValid(text)) return 'notAnAddress';
  const address = ipaddr.parse(text);
  const range = address.range();
  if (range !== 'unicast') return range;
  const further = ipaddr.subnetMatch(address, FURTHER, 'unicast');
  if (further !== 'unicast') return further;
  if (address.kind() === 'ipv4') return undefined;
  if (!address.match(GLOBAL_UNICAST)) return 'notGlobalUnicast';
  return isIsatap(address) ? 'isatap' : undefined;
}

/** RFC 5214: the last 64 bits are 0000:5efe or 0200:5efe and an IPv4 address, to which a router passes it on. */
function isIsatap(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  const [high, low, mark, brand] = address.toByteArray().slice(8, 12);
  return (high === 0 || high === 2) && low === 0 && mark === 0x5e && brand === 0xfe;
}
