/**
 * Crashes of the directory bucket at each of its points: a restart finds the old object or the new one. And the order of
 * syncs that a power cut needs, as far as it can be seen from within the process.
 */
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
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

/** What was synced meanwhile, and which points were passed, in order; files of the world by their place in it. */
async function recordSyncs(home: string, run: (record: (event: string) => void) => Promise<void>): Promise<string[]> {
  const events: string[] = [];
  const probe = await open(home, 'r');
  const prototype: FileHandle = Object.getPrototypeOf(probe);
  await probe.close();
  const { sync } = prototype;
  prototype.sync = async function (this: FileHandle) {
    const { ino } = await this.stat();
    await sync.call(this);
    events.push((await placeOf(home, ino)) ?? 'a file without a name');
  };
  try {
    await run(event => events.push(event));
  } finally {
    prototype.sync = sync;
  }
  return events;
}

async function placeOf(home: string, ino: number): Promise<string | undefined> {
  for (const place of ['', ...(await readdir(home, { recursive: true }))]) {
    if ((await stat(join(home, place))).ino === ino) return place.replace(/\.tmp\/.*/, 'temporary file');
  }
  return undefined;
}

test(
  'bytes are synced before they get their name, and the names before the put resolves',
  inDirectoryWorld(async ({ home, reopen, bucket }) => {
    let record: (event: string) => void = () => {};
    const recorded = reopen({ point: name => record(name), seed: 3 });
    const syncsOf = (call: () => Promise<unknown>) =>
      recordSyncs(home, async events => {
        record = events;
        await call();
      });
    const names = ['objects/a/b', 'objects/a', 'objects'];
    const created = ['objects/temporary file', 'object-written', 'object-renamed', ...names];
    const put = (ifAbsent: boolean) => () => recorded.put('a/b/c', Buffer.from('x'), { ...PNG, ifAbsent });
    assert.equal(await syncsOf(put(true)), created);
    assert.equal(await syncsOf(put(false)), created);
    assert.equal(await syncsOf(put(true)), ['objects/temporary file', 'object-written', ...names]);
    assert.equal(await syncsOf(() => recorded.copy('a/b/c', 'a/d')), [...created.slice(0, 3), 'objects/a', 'objects']);
    assert.equal(await syncsOf(() => bucket.touch('a/b/c')), ['objects/a/b/c']);
    assert.equal(await syncsOf(() => bucket.delete('a/b/c')), names);
  }),
);

test.run();
