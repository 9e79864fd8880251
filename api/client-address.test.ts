import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { clientAddress, networkOf } from './client-address.ts';

const test = suite('client address');
const SOCKET = '10.0.0.9';

function address(trustedHops: number, forwarded?: string, remoteAddress: string | undefined = SOCKET): string {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return clientAddress({ headers, socket: { remoteAddress } }, trustedHops);
}

test('without a proxy the connection counts, whatever the header says', () => {
  for (const forwarded of [undefined, '', '192.0.2.1', '192.0.2.1, 192.0.2.2']) {
    assert.is(address(0, forwarded), SOCKET);
  }
  assert.is(clientAddress({ headers: {}, socket: { remoteAddress: undefined } }, 0), '');
});

test('with one proxy the last entry counts, and nothing that a client writes before it', () => {
  assert.is(address(1, '192.0.2.1'), '192.0.2.1');
  for (const spoofed of ['203.0.113.7', '203.0.113.7, 203.0.113.8', 'x', ',,,', '"192.0.2.9"', 'for=192.0.2.9']) {
    assert.is(address(1, `${spoofed}, 192.0.2.1`), '192.0.2.1', spoofed);
  }
  assert.is(address(1, `${'203.0.113.7, '.repeat(500)}192.0.2.1`), '192.0.2.1');
});

test('with two proxies the last entry but one counts', () => {
  assert.is(address(2, '203.0.113.7, 192.0.2.1, 198.51.100.1'), '192.0.2.1');
  assert.is(address(2, '192.0.2.1, 198.51.100.1'), '192.0.2.1');
  assert.is(address(2, '192.0.2.1'), '192.0.2.1', 'all that is there comes from proxies');
});

test('what is no address is not taken for one', () => {
  for (const entry of ['', ' ', 'unknown', '_hidden', 'localhost', '192.0.2.1.5', '192.0.2', '[::1', 'fe80::1::2']) {
    assert.is(address(1, entry), SOCKET, entry);
  }
  assert.is(address(1), SOCKET);
});

test('a port beside the address is left out', () => {
  assert.is(address(1, '192.0.2.1:4711'), '192.0.2.1');
  assert.is(address(1, '[2001:db8::1]:4711'), '2001:db8::1');
  assert.is(address(1, '[2001:db8::1]'), '2001:db8::1');
  assert.is(address(1, ' 2001:db8::1 '), '2001:db8::1');
});

test('a network is an IPv4 address or an IPv6 /64, however it is written', () => {
  assert.is(networkOf('192.0.2.1'), '192.0.2.1');
  assert.is(networkOf('::ffff:192.0.2.1'), '192.0.2.1');
  assert.is(networkOf('::FFFF:c000:201'), '192.0.2.1');
  for (const same of [
    '2001:db8:1:2::',
    '2001:DB8:1:2::1',
    '2001:db8:1:2:ffff:ffff:ffff:ffff',
    '2001:0db8:0001:0002::9',
  ]) {
    assert.is(networkOf(same), '2001:db8:1:2', same);
  }
  assert.is(networkOf('fe80::1%eth0'), 'fe80:0:0:0');
  assert.is(networkOf('::1'), '0:0:0:0');
  assert.is.not(networkOf('2001:db8:1:3::'), networkOf('2001:db8:1:2::'));
  assert.is(networkOf(''), '');
});

test.run();
