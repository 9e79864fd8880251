import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readOutboundAllow } from './read-outbound-allow.ts';

const test = suite('OUTBOUND_ALLOW');

test('origins are read as a URL has them, each once', () => {
  const text = ' https://Hooks.example.com:443 ,http://127.0.0.1:9000/,, http://[::1]:80, https://hooks.example.com';
  const origins = ['https://hooks.example.com', 'http://127.0.0.1:9000', 'http://[::1]'];
  assert.equal(readOutboundAllow(text), { origins });
  assert.equal(readOutboundAllow(''), { origins: [] });
  assert.equal(readOutboundAllow(' , '), { origins: [] });
});

test('what is more or less than an origin is refused, all of it at once', () => {
  const wrong = [
    '*',
    'https://*',
    'https://*.example.com',
    'hooks.example.com',
    '127.0.0.1:9000',
    '10.0.0.0/8',
    'https://hooks.example.com/path',
    'https://hooks.example.com/?',
    'https://hooks.example.com/#',
    'https://user@hooks.example.com',
    'https://user:password@hooks.example.com',
    'ftp://hooks.example.com',
    'file:///etc',
    'https://',
    'https://hooks.example.com:99999',
  ];
  for (const entry of wrong) {
    const read = readOutboundAllow(entry);
    assert.ok('problem' in read, entry);
    assert.match(read.problem, `got "${entry}"`);
  }
  const read = readOutboundAllow(['https://hooks.example.com', 'ftp://x', '*'].join());
  assert.is('problem' in read && read.problem.endsWith('got "ftp://x", "*"'), true);
});

test.run();
