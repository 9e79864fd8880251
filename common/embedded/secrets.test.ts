import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../../tests/test-clock.ts';
import { looksLikeKey } from '../keys.ts';
import { hasKeys, readKeys, readSecrets } from './secrets.ts';

const test = suite('keys and secrets of the first start');

function inDirectory(work: (directory: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const directory = await mkdtemp(join(tmpdir(), 'easel-secrets-'));
    await work(directory).finally(() => rm(directory, { recursive: true }));
  };
}

test(
  'the first call makes them, every later one reads the same',
  inDirectory(async directory => {
    assert.is(hasKeys(directory), false);
    const keys = readKeys(directory, seededRandom(1));
    assert.equal(readKeys(directory, seededRandom(2)), keys);
    assert.equal(readSecrets(directory, seededRandom(3)), readSecrets(directory, seededRandom(4)));
    assert.is(hasKeys(directory), true);
    for (const [kind, prefix] of [
      ['admin', 'ak_'],
      ['server', 'sk_'],
      ['storefront', 'pk_'],
    ] as const) {
      assert.ok(keys[kind].startsWith(prefix) && looksLikeKey(keys[kind]), kind);
    }
    assert.match(keys.webhookSecret, /^whsec_[A-Za-z0-9+/]{43}=$/);
    assert.is((await stat(join(directory, 'keys.json'))).mode & 0o777, 0o600);
  }),
);

test(
  "an operator's own file is used as it is, one that is incomplete or no JSON is refused by name",
  inDirectory(async directory => {
    const path = join(directory, 'keys.json');
    const mine = { admin: `ak_${'a'.repeat(43)}`, server: `sk_${'b'.repeat(43)}`, storefront: `pk_${'c'.repeat(43)}` };
    await writeFile(path, JSON.stringify({ ...mine, webhookSecret: 'whsec_x', note: 'mine' }));
    assert.is(readKeys(directory, seededRandom(1)).server, mine.server);
    await writeFile(path, JSON.stringify({ ...mine, server: mine.admin, webhookSecret: 'whsec_x' }));
    assert.throws(() => readKeys(directory, seededRandom(1)), /"server" has to be sk_ and 43 letters/);
    await writeFile(path, '{"admin":"a","server":""}');
    assert.throws(() => readKeys(directory, seededRandom(1)), /keys\.json lacks server, storefront, webhookSecret/);
    await writeFile(path, '{');
    assert.throws(() => readKeys(directory, seededRandom(1)), /keys\.json cannot be read/);
    assert.is(await readFile(path, 'utf8'), '{', 'and left as it is');
    await chmod(path, 0o600);
  }),
);

test.run();
