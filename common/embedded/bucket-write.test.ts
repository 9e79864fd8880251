/**
 * Crashes of the directory bucket at each of its points: a restart finds the old object or the new one. And the order of
 * syncs that a power cut needs, as far as it can be seen from within the process.
 */
import fs from 'node:fs';
import { readdir } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type DirectoryWorld, inDirectoryWorld } from '../../tests/bucket-world.ts';
import { waitFor } from '../../tests/wait-for.ts';
import { contentOf, PNG, statOf } from '../platform/bucket-conformance/world.ts';
import type { Point, PointName } from '../points.ts';

/** A crash as a restart sees it: the put comes to the point and never goes on. */
function stallAt(name: PointName): { point: Point; reached: () => boolean } {
  let reached = false;
  const point: Point = passed => {
    if (passed !== name) return;
    reached = true;
    return new Promise(() => {});
  };
  return { point, reached: () => reached };
}

async function crashAt(name: PointName, world: DirectoryWorld, ifAbsent = false): Promise<void> {
  const { point, reached } = stallAt(name);
  void world.reopen({ point, seed: 2 }).put('a/b', Buffer.from('new'), { contentType: 'image/webp', ifAbsent });
  await waitFor(name, reached);
}

test(
  'a crash before the rename leaves the old object, and its leftover is removed an hour later',
  inDirectoryWorld(async world => {
    await world.bucket.put('a/b', Buffer.from('old'), PNG);
    await crashAt('object-written', world);
    const reopened = world.reopen({ seed: 2 });
    assert.is(await contentOf(reopened, 'a/b'), 'old');
    assert.is((await statOf(reopened, 'a/b')).contentType, 'image/png');
    assert.is((await reopened.list('', { limit: 10 })).length, 1);

    assert.is((await temporaryFiles(world)).length, 1);
    assert.is(await reopened.cleanTemporary(), 0);
    await world.clock.advance(60 * 60 * 1000 + 1);
    assert.is(await reopened.cleanTemporary(), 1);
    assert.is((await temporaryFiles(world)).length, 0);
  }),
);

test(
  'a crash before the object is linked leaves nothing at its path, and the next put finds a name of its own',
  inDirectoryWorld(async world => {
    await crashAt('object-written', world, true);
    // The same dice again: they would give the temporary file the name of the leftover.
    const reopened = world.reopen({ seed: 2 });
    assert.is(await reopened.stat('a/b'), undefined);
    assert.is(await reopened.put('a/b', Buffer.from('again'), { ...PNG, ifAbsent: true }), 'created');
    assert.is(await contentOf(reopened, 'a/b'), 'again');
  }),
);

test(
  'a crash after the rename leaves the new object, complete',
  inDirectoryWorld(async world => {
    for (const ifAbsent of [true, false]) {
      await crashAt('object-renamed', world, ifAbsent);
      await world.clock.advance(2 * 60 * 60 * 1000);
      const reopened = world.reopen();
      await reopened.cleanTemporary();
      assert.is((await temporaryFiles(world)).length, 0);
      assert.is(await contentOf(reopened, 'a/b'), 'new');
      assert.is((await statOf(reopened, 'a/b')).contentType, 'image/webp');
      await reopened.delete('a/b');
    }
  }),
);

test(
  'a put that fails halfway leaves no temporary file and tells why',
  inDirectoryWorld(async world => {
    for (const name of ['object-written', 'object-renamed'] as const) {
      const failing = world.reopen({
        point: passed => {
          if (passed === name) throw new Error(`failed at ${name}`);
        },
      });
      for (const ifAbsent of [true, false]) {
        const failure = await failing.put(name, Buffer.from('x'), { ...PNG, ifAbsent }).catch((error: Error) => error);
        assert.is(failure instanceof Error && failure.message, `failed at ${name}`);
        await world.bucket.delete(name);
      }
    }
    assert.equal(await temporaryFiles(world), []);
  }),
);

function temporaryFiles({ directory }: DirectoryWorld): Promise<string[]> {
  return readdir(join(directory, '.tmp'));
}

/** Which syncs began and ended meanwhile, and which points were passed, in order; files of the world by their place in it. */
async function recordSyncs(home: string, run: (record: (event: string) => void) => Promise<void>): Promise<string[]> {
  const events: string[] = [];
  const { fsync } = fs;
  const recorded: typeof fsync = Object.assign((descriptor: number, done: fs.NoParamCallback) => {
    const place = placeOf(home, fs.fstatSync(descriptor).ino);
    events.push(`${place} begins`);
    fsync(descriptor, error => {
      events.push(place);
      done(error);
    });
  }, fsync);
  fs.fsync = recorded;
  syncBuiltinESMExports();
  try {
    await run(event => events.push(event));
  } finally {
    fs.fsync = fsync;
    syncBuiltinESMExports();
  }
  return events;
}

function placeOf(home: string, ino: number): string {
  for (const place of ['', ...fs.readdirSync(home, { recursive: true, encoding: 'utf8' })]) {
    if (fs.statSync(join(home, place)).ino === ino) return place.replace(/\.tmp\/.*/, 'temporary file');
  }
  return 'a file without a name';
}

test(
  'bytes are synced before they get their name, and the names before the put resolves',
  inDirectoryWorld(async ({ home, reopen, bucket }) => {
    let record: (event: string) => void = () => {};
    const recorded = reopen({ point: name => record(name), seed: 3 });
    const syncsOf = async (call: () => Promise<unknown>) => {
      const events = await recordSyncs(home, async note => {
        record = note;
        await call();
      });
      return events.filter(event => !event.endsWith(' begins'));
    };
    const content = ['objects/temporary file', 'object-written'];
    const put = (path: string, ifAbsent = false) =>
      syncsOf(() => recorded.put(path, Buffer.from('x'), { ...PNG, ifAbsent }));
    /** Those of the folders are under way at once. */
    const inOrder = (events: readonly string[], first: number) => [
      ...events.slice(0, first),
      ...events.slice(first).sort(),
    ];
    const names = ['objects', 'objects/a', 'objects/a/b'];
    assert.equal(inOrder(await put('a/b/c', true), 3), [...content, 'object-renamed', ...names]);
    assert.equal(await put('a/b/c'), [...content, 'object-renamed', 'objects/a/b'], 'the folders have their names');
    assert.equal(await put('a/b/c', true), [...content, 'objects/a/b']);
    assert.equal(await syncsOf(() => recorded.copy('a/b/c', 'a/d')), [...content, 'object-renamed', 'objects/a']);
    assert.equal(await syncsOf(() => bucket.touch('a/b/c')), ['objects/a/b/c']);
    // This one knows of no folder yet, and another one has removed them: what is made anew is synced anew.
    assert.equal((await syncsOf(() => bucket.delete('a/b/c'))).sort(), names);
    await bucket.delete('a/d');
    assert.equal(inOrder(await put('a/b/c'), 3), [...content, 'object-renamed', ...names]);
  }),
);

test(
  'puts of one moment share the syncs of their folders, and each waits for one that began after its name was made',
  inDirectoryWorld(async ({ home, reopen }) => {
    let record: (event: string) => void = () => {};
    const recorded = reopen({ point: name => record(name), seed: 3 });
    await recorded.put('a/first', Buffer.from('x'), PNG);
    const events = await recordSyncs(home, async note => {
      record = note;
      const puts = Array.from({ length: 20 }, (_, number) => recorded.put(`a/${number}`, Buffer.from('x'), PNG));
      await Promise.all(puts.map(put => put.then(() => note('resolved'))));
    });
    const count = (event: string) => events.filter(one => one === event).length;
    assert.equal([count('objects/temporary file'), count('object-renamed'), count('resolved')], [20, 20, 20]);
    assert.ok(count('objects/a') < 20, `${count('objects/a')} syncs of the folder`);
    for (const [at, event] of events.entries()) {
      if (event !== 'resolved') continue;
      const before = events.slice(0, at);
      const begun = before.slice(0, before.lastIndexOf('objects/a')).lastIndexOf('objects/a begins');
      const covered = before.slice(0, Math.max(0, begun)).filter(one => one === 'object-renamed').length;
      const resolved = before.filter(one => one === 'resolved').length + 1;
      assert.ok(covered >= resolved, `${resolved} resolved when the syncs had seen ${covered} names`);
    }
  }),
);

test.run();
