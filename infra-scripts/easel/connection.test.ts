import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findConnection } from './connection.ts';
import { EXIT, Fault } from './faults.ts';

const test = suite('address and key');
const connect = (flags: { [name: string]: string }, env: { [name: string]: string }) =>
  findConnection({ text: name => flags[name] }, env);

test('flags come before the environment, and that before the defaults', () => {
  const env = { EASEL_URL: 'https://easel.example/api/', EASEL_KEY: 'sk_env', PORT: '9000' };
  const { url, key } = connect({ url: 'http://127.0.0.1:1234', key: 'sk_flag' }, env);
  assert.equal([url, key()], ['http://127.0.0.1:1234', 'sk_flag']);
  assert.equal([connect({}, env).url, connect({}, env).key()], ['https://easel.example/api', 'sk_env']);
  assert.is(connect({}, { PORT: '9000' }).url, 'http://127.0.0.1:9000');
  assert.is(connect({}, { EASEL_URL: '', PORT: '' }).url, 'http://127.0.0.1:8080');
});

test(
  'the key of the data directory opens this machine and goes nowhere else',
  inDirectory(async directory => {
    await writeFile(join(directory, 'keys.json'), JSON.stringify({ server: 'sk_file' }));
    const env = { DATA_DIR: directory };
    for (const url of ['http://127.0.0.1:1', 'http://localhost:2', 'http://[::1]:3']) {
      assert.is(connect({ url }, env).key(), 'sk_file', url);
    }
    assert.is(connect({ 'data-dir': directory }, { DATA_DIR: '/elsewhere' }).key(), 'sk_file');
    for (const url of ['https://easel.example', 'http://127.0.0.1.example', 'http://192.168.0.7:8080']) {
      assert.is(faultOf(() => connect({ url }, env).key()).exitCode, EXIT.usage, url);
    }
  }),
);

test(
  'a missing or useless keys.json says what to do',
  inDirectory(async directory => {
    const key = () => connect({ 'data-dir': directory }, {}).key();
    assert.match(faultOf(key).hint ?? '', 'Is it running? npm start');
    assert.is(faultOf(key).exitCode, EXIT.unreachable);
    for (const text of ['{', '{}', '{"server":7}']) {
      await writeFile(join(directory, 'keys.json'), text);
      assert.is(faultOf(key).exitCode, EXIT.unreachable, text);
      assert.match(faultOf(key).message, 'keys.json');
    }
  }),
);

test(
  "an operator's command takes the admin key, and a shop's never does",
  inDirectory(async directory => {
    await writeFile(join(directory, 'keys.json'), JSON.stringify({ server: 'sk_file', admin: 'ak_file' }));
    const keys = (env: { [name: string]: string }, flags: { [name: string]: string } = {}) =>
      (['server', 'admin'] as const).map(kind =>
        findConnection({ text: name => flags[name] }, { DATA_DIR: directory, ...env }, kind).key(),
      );
    assert.equal(keys({}), ['sk_file', 'ak_file']);
    assert.equal(keys({ EASEL_KEY: 'sk_env', EASEL_ADMIN_KEY: 'ak_env' }), ['sk_env', 'ak_env']);
    assert.equal(keys({ EASEL_ADMIN_KEY: 'ak_env' }), ['sk_file', 'ak_env']);
    assert.equal(keys({ EASEL_KEY: 'ak_both' }), ['ak_both', 'ak_both']);
    assert.equal(keys({ EASEL_ADMIN_KEY: 'ak_env' }, { key: 'ak_flag' }), ['ak_flag', 'ak_flag']);
    const elsewhere = findConnection({ text: () => undefined }, { EASEL_URL: 'https://easel.example' }, 'admin');
    assert.match(faultOf(elsewhere.key).hint ?? '', 'EASEL_ADMIN_KEY');
  }),
);

test('an address that is none is refused with the name of what set it', () => {
  for (const url of ['localhost:8080', 'ftp://easel.example', 'https://a:b@easel.example', 'nonsense', 'http://x/?a']) {
    assert.match(faultOf(() => connect({ url }, {})).message, /^--url: expected an address/, url);
    assert.match(faultOf(() => connect({}, { EASEL_URL: url })).message, /^EASEL_URL: expected/, url);
  }
  for (const PORT of ['0', 'x', '70000']) assert.match(faultOf(() => connect({}, { PORT })).message, /^PORT: /, PORT);
  assert.match(faultOf(() => connect({ key: 'two words' }, {}).key()).message, 'characters');
});

test.run();

function faultOf(work: () => unknown): Fault {
  try {
    work();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('there was no fault');
}

function inDirectory(work: (directory: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const directory = await mkdtemp(join(tmpdir(), 'easel-keys-'));
    try {
      await work(directory);
    } finally {
      await rm(directory, { recursive: true });
    }
  };
}
