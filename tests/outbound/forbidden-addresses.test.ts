/**
 * No spelling of a forbidden address is ever connected to, by whatever way a request comes to it. Wherever a connection
 * should not have been begun there stands a canary, and it has to stay alone.
 */
import { type AddressInfo, createServer, isIP } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../common/clock.ts';
import { silentLog } from '../../common/log.ts';
import { systemNetwork } from '../../common/outbound/network.ts';
import { createOutbound, type Outbound } from '../../common/outbound/outbound.ts';
import { OutboundError } from '../../common/outbound/outbound-error.ts';
import { forbiddenRange } from '../../common/outbound/public-address.ts';
import { type Internet, onInternet, PUBLIC_ADDRESS } from '../doubles/internet.ts';
import { FORBIDDEN, PUBLIC } from './forbidden-addresses.ts';

const test = suite('forbidden addresses');
const SITE = { name: 'photos.example.com', address: PUBLIC_ADDRESS };
const METHODS = ['get', 'post'] as const;
const DIRECT_CODES = ['address_forbidden', 'url_invalid', 'port_forbidden'];

test('there are at least 120 spellings, none twice, and each leads where the table says', () => {
  assert.ok(FORBIDDEN.length >= 120, `${FORBIDDEN.length}`);
  assert.is(new Set(FORBIDDEN.map(([host]) => host)).size, FORBIDDEN.length);
  for (const [host, address] of FORBIDDEN) {
    // Names are the resolver's; a zone is no part of a URL at all.
    const literal = literalOf(host);
    if (literal !== undefined) assert.is(literal, address, host);
  }
});

test('public addresses are allowed up to each border', () => {
  for (const address of PUBLIC) assert.is(forbiddenRange(address), undefined, address);
});

test('what is no address is no public one', () => {
  for (const text of ['', 'localhost', '127.1', '0x7f000001', '2130706433', '1.2.3', '1.2.3.4.5', '::g', '1.2.3.4%1'])
    assert.is(forbiddenRange(text), 'notAnAddress', text);
});

test(
  'directly: refused before any connection is begun',
  onInternet(async internet => {
    const outbound = await withPhotos(internet);
    for (const [host, address] of FORBIDDEN) {
      internet.name(nameOf(host), [address]);
      for (const method of METHODS) {
        assert.ok(
          DIRECT_CODES.includes(await codeOf(outbound, method, `https://${host}/cat.jpg`)),
          `${method} ${host}`,
        );
      }
    }
    untouched(internet, []);
  }),
);

test(
  'by a redirect: the public server is asked, the forbidden one is not',
  onInternet(async internet => {
    const outbound = await withPhotos(internet);
    for (const [host, address] of FORBIDDEN) {
      internet.name(nameOf(host), [address]);
      for (const status of [301, 307]) {
        for (const method of METHODS) {
          const url = `https://${SITE.name}/?${new URLSearchParams({ status: `${status}`, to: `https://${host}/` })}`;
          assert.is(await codeOf(outbound, method, url), 'redirect', `${method} ${status} ${host}`);
        }
      }
    }
    untouched(internet, [PUBLIC_ADDRESS]);
  }),
);

test(
  'by DNS rebinding: a name is looked up once for a request, and the answer of that time is what counts',
  onInternet(async internet => {
    const outbound = await withPhotos(internet);
    for (const [index, [host, address]] of FORBIDDEN.entries()) {
      for (const method of METHODS) {
        // The certificate is good for it, so that nothing but the addresses stands in the way.
        const name = `${method}-${index}.rebinding.example.com`;
        internet.name(name, [PUBLIC_ADDRESS], [address]);
        assert.is(await codeOf(outbound, method, `https://${name}/`), 'none', `${method} ${host}`);
        assert.is(internet.lookups.filter(asked => asked === name).length, 1);
        assert.is(await codeOf(outbound, method, `https://${name}/`), 'address_forbidden', `${method} ${host}`);
        assert.is(internet.lookups.filter(asked => asked === name).length, 2);
      }
    }
    untouched(internet, [PUBLIC_ADDRESS]);
  }),
);

test(
  'by mixed answers: one forbidden address among public ones is enough to refuse the name',
  onInternet(async internet => {
    const outbound = await withPhotos(internet);
    const others = [PUBLIC_ADDRESS, '2606:4700:4700::1111', '1.1.1.1', '8.8.8.8', '9.9.9.9'];
    for (const [index, [host, address]] of FORBIDDEN.entries()) {
      for (const [place, answer] of [
        [address, ...others],
        [PUBLIC_ADDRESS, address],
        [...others, address],
      ].entries()) {
        const name = `n${index}-${place}.rebinding.example.com`;
        internet.name(name, answer);
        for (const method of METHODS) {
          assert.is(await codeOf(outbound, method, `https://${name}/`), 'address_forbidden', `${method} ${host}`);
        }
      }
    }
    untouched(internet, []);
  }),
);

test(
  'a socket that ends elsewhere than it was sent is closed before a byte is written',
  onInternet(async internet => {
    const outbound = await withPhotos(internet);
    internet.name('moved.example.com', ['93.184.216.99']);
    assert.is(await codeOf(outbound, 'get', 'https://moved.example.com/'), 'address_forbidden');
    // The only canary that sings: it shows that a connection would be seen.
    assert.equal([internet.canary(), internet.canaryBytes()], [1, 0]);
  }),
);

test('on the real network no spelling of this machine is connected to, but an exempt origin is', async () => {
  let caught = 0;
  const canary = createServer(socket => {
    caught++;
    socket
      .on('error', () => {})
      .resume()
      .end();
  });
  await new Promise<void>(resolve => canary.listen(0, resolve));
  const { port } = canary.address() as AddressInfo;
  // The real resolver and real sockets; only port 443 is not ours to listen on.
  const network = { ...systemNetwork, connect: (address: string) => systemNetwork.connect(address, port) };
  try {
    const outbound = createOutbound({ allow: [], clock: systemClock, log: silentLog, network });
    const here = FORBIDDEN.filter(([, address]) => /^(127\.|0\.|::1$|::$|::(ffff:)?7f)/.test(address));
    const mine = systemNetwork.ownAddresses().map(address => (address.includes(':') ? `[${address}]` : address));
    const hosts = ['localhost', ...here.map(([host]) => host).filter(host => literalOf(host) !== undefined), ...mine];
    for (const host of hosts) {
      for (const method of METHODS) {
        assert.ok(DIRECT_CODES.includes(await codeOf(outbound, method, `https://${host}/`)), `${method} ${host}`);
      }
    }
    assert.is(caught, 0);
    const exempt = createOutbound({ allow: ['https://127.0.0.1'], clock: systemClock, log: silentLog, network });
    assert.is(await codeOf(exempt, 'get', 'https://127.0.0.1/'), 'unreachable');
    assert.is(caught, 1);
  } finally {
    await new Promise(resolve => canary.close(resolve));
  }
});

test.run();

/** A public server that sends redirects where it is told to, and else a photo. */
async function withPhotos(internet: Internet): Promise<Outbound> {
  const names = [SITE.name, '*.rebinding.example.com', 'moved.example.com'];
  await internet.serve({ ...SITE, certificate: { names, trusted: true } }, (request, response) => {
    const query = new URL(request.url ?? '', 'https://x').searchParams;
    const to = query.get('to');
    if (to === null) return void response.end('photo');
    // As it is written, whatever Node thinks of it: the header of a hostile server is not proofread.
    response.socket?.end(
      `HTTP/1.1 ${query.get('status')} Moved\r\nLocation: ${encodeURI(to)}\r\nContent-Length: 0\r\n\r\n`,
    );
  });
  return createOutbound({ allow: [], clock: systemClock, log: silentLog, network: internet.network });
}

async function codeOf(outbound: Outbound, method: (typeof METHODS)[number], url: string): Promise<string> {
  const timeoutMs = 10_000;
  try {
    if (method === 'get') await outbound.get(url, { bytesMax: 1_000, timeoutMs });
    else await outbound.post(url, { body: '{}', headers: { 'Content-Type': 'application/json' }, timeoutMs });
    return 'none';
  } catch (error) {
    if (error instanceof OutboundError) return error.code;
    throw error;
  }
}

/** The address that the URL parser makes of it; undefined for a name and for what is no URL. */
function literalOf(host: string): string | undefined {
  const literal = nameOf(host).replace(/^\[(.*)\]$/, '$1');
  return isIP(literal) !== 0 && !literal.includes('%') ? literal : undefined;
}

/** The name that the resolver is asked for. */
function nameOf(host: string): string {
  return URL.canParse(`https://${host}/`) ? new URL(`https://${host}/`).hostname : host;
}

function untouched({ canary, dialled }: Internet, allowed: readonly string[]): void {
  assert.is(canary(), 0);
  assert.equal([...new Set(dialled)], allowed);
}
