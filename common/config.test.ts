import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readConfig, readGoogleConfig } from './config.ts';
import { DAY_MS } from './limits.ts';

const test = suite('configuration');

test('nothing has to be set', () => {
  const read = readConfig({});
  assert.ok('config' in read);
  assert.equal(read.config, {
    platform: 'embedded',
    host: '127.0.0.1',
    port: 8080,
    dataDir: './data',
    quotaPerDay: { named: 10, custom: 3 },
    budgetMicroUsdPerDay: 10_000_000,
    orderRetentionMs: 400 * DAY_MS,
    outboundAllow: [],
    trustedHops: 0,
    model: 'offline',
    demoPage: true,
  });
});

test("the earlier service's routes are off; switched on, they end on a day", () => {
  const read = (env: { [name: string]: string }) => {
    const found = readConfig(env);
    return 'config' in found ? found.config.legacy : found.problems;
  };
  assert.is(read({ LEGACY_SUNSET: '2027-01-31' }), undefined);
  assert.equal(read({ LEGACY_API: 'on' }), { sunsetAt: Date.UTC(2027, 10, 23) });
  assert.equal(read({ LEGACY_API: 'on', LEGACY_SUNSET: '2027-01-31' }), { sunsetAt: Date.UTC(2027, 0, 31) });
  assert.equal(read({ LEGACY_API: 'yes' }), ['LEGACY_API: expected on or off, got "yes"']);
  for (const wrong of ['soon', '2027-02-30', '31.01.2027', '2027-01']) {
    assert.equal(read({ LEGACY_SUNSET: wrong }), [`LEGACY_SUNSET: expected a day such as 2027-11-23, got "${wrong}"`]);
  }
});

test('a challenge needs its address and its secret, and sends the secret nowhere in the open', () => {
  const read = (url: string, secret: string) => {
    const found = readConfig({ CHALLENGE_URL: url, CHALLENGE_SECRET: secret });
    return 'config' in found ? found.config.challenge : found.problems;
  };
  const url = 'https://challenges.example/siteverify';
  assert.equal(read(url, 's3cret'), { url, secret: 's3cret' });
  assert.equal(read('http://127.0.0.1:9000/verify', 's'), { url: 'http://127.0.0.1:9000/verify', secret: 's' });
  for (const half of [read(url, ''), read('', 's3cret')]) {
    assert.equal(half, ['CHALLENGE_URL, CHALLENGE_SECRET: expected both or neither, got one']);
  }
  for (const open of [
    'http://challenges.example/siteverify',
    'http://localhost.example/',
    'http://127.0.0.1.example/',
  ]) {
    assert.equal(read(open, 's'), [
      `CHALLENGE_URL: expected an address that begins with https://, got "${open.replace(/\/$/, '')}"`,
    ]);
  }
});

test('behind Cloud Run one proxy is believed, on one machine none, unless it is said otherwise', () => {
  const hops = (read: ReturnType<typeof readConfig> | ReturnType<typeof readGoogleConfig>) =>
    'config' in read ? read.config.trustedHops : read.problems;
  assert.is(hops(readConfig({})), 0);
  assert.is(hops(readConfig({ TRUSTED_HOPS: '2' })), 2);
  assert.is(hops(readGoogleConfig(GOOGLE)), 1);
  assert.equal(hops(readConfig({ TRUSTED_HOPS: '-1' })), [
    'TRUSTED_HOPS: expected a whole number from 0 to 10, got "-1"',
  ]);
});

test('what is set counts, and an empty variable is one that is not set', () => {
  const read = readConfig({ PORT: '0', BUDGET_USD_PER_DAY: '7.50', PUBLIC_URL: 'https://x.example/easel/', HOST: '' });
  assert.ok('config' in read);
  const { port, budgetMicroUsdPerDay, publicUrl, host } = read.config;
  assert.equal([port, budgetMicroUsdPerDay, publicUrl, host], [0, 7_500_000, 'https://x.example/easel', '127.0.0.1']);
});

test('all problems are listed at once, each with what is expected', () => {
  const read = readConfig({
    PORT: '8080.5',
    PLATFORM: 'moon',
    QUOTA_NAMED_PER_DAY: '-1',
    BUDGET_USD_PER_DAY: 'ten',
    PUBLIC_URL: 'ftp://x',
  });
  assert.ok('problems' in read);
  assert.equal(read.problems, [
    'PLATFORM: expected embedded or google, got "moon"',
    'PORT: expected a whole number from 0 to 65535, got "8080.5"',
    'QUOTA_NAMED_PER_DAY: expected a whole number from 0 to 1000000, got "-1"',
    'BUDGET_USD_PER_DAY: expected dollars from 0 to 1000000, such as 10 or 7.50, got "ten"',
    'PUBLIC_URL: expected an address such as https://pictures.example.com, got "ftp://x"',
  ]);
});

test('values that only look like numbers are refused', () => {
  for (const PORT of ['NaN', 'Infinity', '1e9', '80 80', '-0.5']) assert.ok('problems' in readConfig({ PORT }), PORT);
});

const GOOGLE = {
  GOOGLE_CLOUD_PROJECT: 'shop',
  GOOGLE_CLOUD_LOCATION: 'europe-west1',
  BUCKET: 'shop-pictures',
  WORKER_URL: 'https://worker.example',
  TASKS_SERVICE_ACCOUNT: 'tasks@shop.iam.gserviceaccount.com',
  ID_SECRET: Buffer.alloc(32, 1).toString('base64'),
};

test('google needs to be told what only its owner can know, and guesses nothing about who may deliver tasks', () => {
  const read = readGoogleConfig(GOOGLE);
  assert.ok('config' in read);
  const { taskAudience, taskTokenCheck, queuePrefix, database } = read.config;
  assert.equal(
    [taskAudience, taskTokenCheck, queuePrefix, database],
    ['https://worker.example', 'signature', 'easel-', '(default)'],
  );
  const empty = readGoogleConfig({});
  assert.ok('problems' in empty);
  assert.equal(empty.problems.map(problem => problem.split(':')[0]).sort(), Object.keys(GOOGLE).sort());
});

test('session tokens may have several secrets, and the worker needs none of them', () => {
  const [one, other] = [Buffer.alloc(32, 2), Buffer.alloc(48, 3)];
  const secretsIn = (SESSION_SECRET: string) => {
    const read = readGoogleConfig({ ...GOOGLE, SESSION_SECRET });
    return 'config' in read ? read.config.sessionSecrets : read.problems;
  };
  const both = [new Uint8Array(one), new Uint8Array(other)];
  assert.equal(secretsIn(`${one.toString('base64')},${other.toString('base64')}\n`), both);
  assert.equal(secretsIn(''), []);
  assert.equal(secretsIn(`${one.toString('base64')},c2VjcmV0`), [
    'SESSION_SECRET: expected at least 32 random bytes in base64, got 6',
  ]);
});

test('a secret that is too short is refused without being repeated', () => {
  const read = readGoogleConfig({ ...GOOGLE, ID_SECRET: 'c2VjcmV0' });
  assert.equal('problems' in read && read.problems, ['ID_SECRET: expected at least 32 random bytes in base64, got 6']);
});

test('with a key of Gemini the embedded platform draws with it; a model without a key is a contradiction', () => {
  const read = readConfig({ GEMINI_API_KEY: 'k', GEMINI_BASE_URL: 'http://127.0.0.1:9/' });
  assert.ok('config' in read);
  assert.equal(
    [read.config.model, read.config.gemini],
    ['gemini-3.1-flash-lite-image', { access: { apiKey: 'k' }, baseUrl: 'http://127.0.0.1:9' }],
  );
  assert.is('config' in read && readModel({ GEMINI_API_KEY: 'k', GEMINI_MODEL: 'offline' }), 'offline');
  const lacking = readConfig({ GEMINI_MODEL: 'gemini-3-pro-image' });
  assert.equal('problems' in lacking && lacking.problems, [
    'GEMINI_MODEL: gemini-3-pro-image needs GEMINI_API_KEY, got nothing',
  ]);
});

test('google reaches Gemini with a key or through Vertex AI, never by both', () => {
  const vertex = readGoogleConfig({ ...GOOGLE, GEMINI_VERTEX_LOCATION: 'global' });
  assert.equal('config' in vertex && vertex.config.gemini, { access: { project: 'shop', location: 'global' } });
  const both = readGoogleConfig({ ...GOOGLE, GEMINI_VERTEX_LOCATION: 'global', GEMINI_API_KEY: 'secret-key' });
  assert.ok('problems' in both);
  assert.match(both.problems.join(), 'GEMINI_VERTEX_LOCATION');
  assert.not.match(both.problems.join(), 'secret-key');
});

test.run();

function readModel(env: { [name: string]: string }): string | undefined {
  const read = readConfig(env);
  return 'config' in read ? read.config.model : undefined;
}
