import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isPlatformError, type PlatformErrorKind } from '../platform/errors.ts';
import { type Database, openDatabase } from './sqlite.ts';
import { GROWING_TURNS_MAX } from './sqlite-commit.ts';
import { SCHEMA_VERSION } from './sqlite-connection.ts';

const test = suite('SQLite database');
const SQLITE_TS = new URL('./sqlite.ts', import.meta.url).href;

test(
  'the settings that durability and exclusiveness rest on are in force',
  inDirectory(async dir => {
    const database = openDatabase(dir);
    const read = (name: string) => Object.values(database.prepare<object>(`PRAGMA ${name}`).get() ?? {})[0];
    assert.equal([read('locking_mode'), read('journal_mode'), read('synchronous')], ['exclusive', 'wal', 2]);
    assert.is(read('busy_timeout'), 0);
    database.close();
  }),
);

test(
  'commits of one turn reach the log as one commit, in their order',
  inDirectory(async dir => {
    const { database, insert, numbers } = openNumbers(dir);
    const before = commitsInLog(dir);
    await Promise.all(Array.from({ length: 100 }, (_, n) => database.commit(() => insert(n))));
    assert.is(commitsInLog(dir) - before, 1);
    assert.equal(
      numbers(),
      Array.from({ length: 100 }, (_, n) => n),
    );
    await database.commit(() => insert(100));
    await database.commit(() => insert(101));
    assert.is(commitsInLog(dir) - before, 3);
    database.close();
  }),
);

test(
  'a promise resolves with what its commit returned, when the commit is in the log',
  inDirectory(async dir => {
    const { database, insert } = openNumbers(dir);
    const before = commitsInLog(dir);
    const answers = Array.from({ length: 3 }, (_, n) =>
      database
        .commit(() => {
          assert.is(commitsInLog(dir), before);
          insert(n);
          return `n${n}`;
        })
        .then(answer => [answer, commitsInLog(dir) - before]),
    );
    assert.equal(await Promise.all(answers), [
      ['n0', 1],
      ['n1', 1],
      ['n2', 1],
    ]);
    database.close();
  }),
);

test(
  'one that throws is taken back alone and rejects with its error',
  inDirectory(async dir => {
    const { database, insert, numbers } = openNumbers(dir);
    const mistake = new TypeError('mine');
    const outcomes = await Promise.allSettled([
      database.commit(() => insert(1)),
      database.commit(() => {
        insert(2);
        throw mistake;
      }),
      database.commit(() => insert(1)),
      database.commit(() => numbers()),
      database.commit(() => insert(3)),
    ]);
    assert.equal(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'rejected', 'fulfilled', 'fulfilled'],
    );
    assert.is(reasonOf(outcomes[1]), mistake);
    assert.ok(isPlatformError(reasonOf(outcomes[2]), 'invalid'), 'a broken constraint is a mistake of the call');
    assert.equal(numbers(), [1, 3]);
    database.close();
  }),
);

test(
  'a full disk takes back the whole group, and space given later is used',
  inDirectory(async dir => {
    const { database, insert, numbers } = openNumbers(dir);
    database.setUp(['CREATE TABLE bulk (text TEXT) STRICT']);
    const fill = database.prepare('INSERT INTO bulk VALUES (?)');
    await database.commit(() => insert(1));
    const setPages = (count: number) => database.prepare(`PRAGMA max_page_count = ${count}`).get();
    setPages(20);
    const outcomes = await Promise.allSettled([
      database.commit(() => insert(2)),
      database.commit(() => fill.run('x'.repeat(200_000))),
      database.commit(() => insert(3)),
    ]);
    for (const outcome of outcomes) {
      const error = reasonOf(outcome);
      assert.ok(isPlatformError(error, 'unavailable') && error.message.includes('disk is full'), String(error));
    }
    assert.equal(numbers(), [1]);
    setPages(1_000_000);
    await database.commit(() => fill.run('x'.repeat(200_000)));
    await database.commit(() => insert(4));
    assert.equal(numbers(), [1, 4]);
    database.close();
  }),
);

test(
  'when the commit itself fails nobody is told otherwise, and the next group is free of it',
  inDirectory(async dir => {
    const { database, insert, numbers } = openNumbers(dir);
    // A broken reference that SQLite looks at only when it commits.
    database.setUp(['CREATE TABLE later (n REFERENCES numbers (n) DEFERRABLE INITIALLY DEFERRED)']);
    const breakCommit = () => database.prepare('INSERT INTO later VALUES (7)').run();
    const outcomes = await Promise.allSettled([database.commit(() => insert(1)), database.commit(breakCommit)]);
    for (const outcome of outcomes) assert.ok(isPlatformError(reasonOf(outcome), 'unavailable'), outcome.status);
    assert.equal(numbers(), []);
    await database.commit(() => insert(2));
    assert.equal(numbers(), [2]);
    database.close();
  }),
);

test(
  'a file that cannot be written is unavailable, until it can',
  inDirectory(async dir => {
    const { database, insert, numbers } = openNumbers(dir);
    database.prepare('PRAGMA query_only = 1').get();
    const outcomes = await Promise.allSettled([database.commit(numbers), database.commit(() => insert(1))]);
    for (const outcome of outcomes) assert.ok(isPlatformError(reasonOf(outcome), 'unavailable'), outcome.status);
    assert.equal(numbers(), []);
    database.prepare('PRAGMA query_only = 0').get();
    await database.commit(() => insert(2));
    assert.equal(numbers(), [2]);
    database.close();
  }),
);

test(
  'a group grows while each turn brings more, and not for ever; one that is alone waits for nobody',
  inDirectory(async dir => {
    const { database, insert, numbers } = openNumbers(dir);
    const turn = () => new Promise(resolve => setImmediate(resolve));
    let answered = false;
    const alone = database.commit(() => insert(0)).then(() => (answered = true));
    await turn();
    await turn();
    assert.ok(answered);
    await alone;

    const before = commitsInLog(dir);
    const turns = 3 * GROWING_TURNS_MAX;
    const asked: Promise<unknown>[] = [];
    const answeredIn: number[] = [];
    let now = 1;
    for (; now <= turns; now++) {
      for (let one = 0; one < 2; one++) {
        const number = 10 * now + one;
        asked.push(database.commit(() => insert(number)).then(() => answeredIn.push(now)));
      }
      await turn();
    }
    const [first = 0] = answeredIn;
    assert.ok(first > 2 && first <= GROWING_TURNS_MAX + 2, `the first was answered in turn ${first}`);
    await Promise.all(asked);
    assert.ok(commitsInLog(dir) - before <= turns / 3, `${commitsInLog(dir) - before} commits in ${turns} turns`);
    assert.is(numbers().length, 2 * turns + 1);
    database.close();
  }),
);

test(
  'what is asked for while a group is answered or applied belongs to the next one',
  inDirectory(async dir => {
    const { database, insert, numbers } = openNumbers(dir);
    const before = commitsInLog(dir);
    let inner: Promise<unknown> | undefined;
    await database
      .commit(() => {
        insert(1);
        inner = database.commit(() => insert(2));
      })
      .then(() => database.commit(() => insert(3)));
    await inner;
    assert.equal(numbers(), [1, 2, 3]);
    assert.is(commitsInLog(dir) - before, 2);
    database.close();
  }),
);

test(
  'closing commits what was asked for; later calls are unavailable; twice is once',
  inDirectory(async dir => {
    const { database, insert, numbers } = openNumbers(dir);
    const pending = [database.commit(() => insert(1)), database.commit(() => insert(2))];
    database.close();
    database.close();
    await Promise.all(pending);
    await rejects(
      database.commit(() => insert(3)),
      'unavailable',
    );
    for (const call of [numbers, () => insert(4), () => database.prepare('SELECT 1'), () => database.setUp([])]) {
      assert.throws(call, (error: unknown) => isPlatformError(error, 'unavailable'));
    }
    const again = openNumbers(dir);
    assert.equal(again.numbers(), [1, 2]);
    again.database.close();
  }),
);

test(
  'a mistake in SQL is invalid, and a set-up that fails leaves nothing',
  inDirectory(async dir => {
    const { database, insert, numbers } = openNumbers(dir);
    const isInvalid = (error: unknown) => isPlatformError(error, 'invalid');
    assert.throws(() => database.prepare('SELECT FROM nowhere'), isInvalid);
    assert.throws(() => database.setUp(['INSERT INTO numbers VALUES (1)', 'CREATE NONSENSE']), isInvalid);
    assert.equal(numbers(), []);
    await database.commit(() => insert(1));
    assert.equal(numbers(), [1]);
    database.close();
  }),
);

test(
  'a second opening is refused at once, in this process and in another',
  inDirectory(async dir => {
    const database = openDatabase(dir);
    const sentence = `Another Easel process is using ${dir}. Stop it first, or set DATA_DIR to another directory.`;
    const isThat = (error: unknown) => isPlatformError(error, 'unavailable') && error.message === sentence;
    assert.throws(() => openDatabase(dir), isThat);
    const script = `
    import { openDatabase } from '${SQLITE_TS}';
    try { openDatabase(process.argv[1]); console.log('opened'); }
    catch (error) { console.log(error.kind + ': ' + error.message); }`;
    const open = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, dir]);
    assert.is((await open()).stdout.trim(), `unavailable: ${sentence}`);
    await database.commit(() => 'the first one still works');
    database.close();
    assert.is((await open()).stdout.trim(), 'opened');
  }),
);

test(
  'data of a newer Easel is refused and stays as it is',
  inDirectory(async dir => {
    const database = openDatabase(dir);
    database.setUp([`PRAGMA user_version = ${SCHEMA_VERSION + 1}`]);
    database.close();
    for (const attempt of ['first', 'second']) {
      const isNewer = (error: unknown) => isPlatformError(error, 'invalid') && error.message.includes('newer Easel');
      assert.throws(() => openDatabase(dir), isNewer, attempt);
    }
  }),
);

test(
  'a place that cannot hold a database is unavailable',
  inDirectory(async dir => {
    const isUnavailable = (error: unknown) => isPlatformError(error, 'unavailable');
    writeFileSync(join(dir, 'file'), '');
    assert.throws(() => openDatabase(join(dir, 'file')), isUnavailable);
    writeFileSync(join(dir, 'easel.db'), 'no database at all '.repeat(100));
    assert.throws(() => openDatabase(dir), isUnavailable);
    openDatabase(join(dir, 'made', 'on', 'the', 'way')).close();
  }),
);

test(
  'a process killed in the middle loses no commit that it was told of, and keeps no half of a group',
  inDirectory(async dir => {
    const script = `
    import { openDatabase } from '${SQLITE_TS}';
    const database = openDatabase(process.argv[1]);
    database.setUp(['CREATE TABLE IF NOT EXISTS numbers (n INTEGER PRIMARY KEY) STRICT']);
    const insert = database.prepare('INSERT INTO numbers VALUES (?)');
    for (let n = 0; ; n += 10) {
      await Promise.all(Array.from({ length: 10 }, (_, k) => database.commit(() => insert.run(n + k))));
      process.stdout.write(n + 10 + '\\n');
    }`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let told = '';
    child.stdout.on('data', chunk => {
      told += chunk;
      if (told.length > 2_000) child.kill('SIGKILL');
    });
    await new Promise(resolve => child.on('close', resolve));
    const acknowledged = Number(told.slice(0, told.lastIndexOf('\n')).split('\n').at(-1));
    const { database, numbers } = openNumbers(dir);
    const found = numbers();
    database.close();
    assert.ok(acknowledged > 0 && found.length >= acknowledged, `${found.length} of ${acknowledged}`);
    assert.is(found.length % 10, 0);
    assert.equal(
      found,
      Array.from(found, (_, n) => n),
    );
  }),
);

test.run();

function inDirectory(body: (dir: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const dir = mkdtempSync(join(tmpdir(), 'easel-sqlite-'));
    try {
      await body(dir);
    } finally {
      rmSync(dir, { recursive: true });
    }
  };
}

function openNumbers(dir: string) {
  const database: Database = openDatabase(dir);
  database.setUp(['CREATE TABLE IF NOT EXISTS numbers (n INTEGER PRIMARY KEY) STRICT']);
  return {
    database,
    insert: (n: number) => database.prepare('INSERT INTO numbers VALUES (?)').run(n),
    numbers: () =>
      database
        .prepare<{ n: number }>('SELECT n FROM numbers ORDER BY n')
        .all()
        .map(({ n }) => n),
  };
}

/**
 * Commits in the write-ahead log as SQLite left it on the disk (https://www.sqlite.org/fileformat2.html#walformat): a
 * frame that ends a commit carries the size of the database, the others 0. Frames of an earlier round have another salt.
 */
function commitsInLog(dir: string): number {
  const log = readFileSync(join(dir, 'easel.db-wal'));
  const frameBytes = 24 + log.readUInt32BE(8);
  let commits = 0;
  for (let at = 32; at + frameBytes <= log.length; at += frameBytes) {
    const isOfThisRound = log.subarray(at + 8, at + 16).equals(log.subarray(16, 24));
    if (isOfThisRound && log.readUInt32BE(at + 4) > 0) commits++;
  }
  return commits;
}

function reasonOf(outcome: PromiseSettledResult<unknown> | undefined): unknown {
  return outcome?.status === 'rejected' ? outcome.reason : undefined;
}

async function rejects(promise: Promise<unknown>, kind: PlatformErrorKind): Promise<void> {
  const error = await promise.then(
    () => 'success',
    (reason: unknown) => reason,
  );
  assert.ok(isPlatformError(error, kind), `expected ${kind}, got ${error}`);
}
