/**
 * A directory bucket in a temporary folder with its HTTP route in front, for the tests that need one: the bucket's own
 * and the route's.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Koa from 'koa';
import { objectRoutes } from '../api/objects.ts';
import { renderProblems } from '../api/problem.ts';
import { createDirectoryBucket, type DirectoryBucket } from '../common/embedded/bucket.ts';
import { silentLog } from '../common/log.ts';
import type { Bucket } from '../common/platform/bucket.ts';
import type { Point } from '../common/points.ts';
import { seededRandom, type TestClock, testClock } from './test-clock.ts';

export interface DirectoryWorld {
  readonly bucket: DirectoryBucket;
  readonly clock: TestClock;
  /** Holds the bucket's directory and nothing else. */
  readonly home: string;
  readonly directory: string;
  /** Another bucket over the same directory, as after a restart. */
  reopen(options?: { point?: Point; seed?: number }): DirectoryBucket;
  letTimePass(ms: number): Promise<void>;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly point?: Point;
  /** What the route is given instead of the bucket itself. */
  readonly routed?: (bucket: DirectoryBucket) => Bucket;
}

/** Opens a world, runs the test in it, and closes it whatever happened. */
export function inDirectoryWorld(run: (world: DirectoryWorld) => Promise<void>, options?: WorldOptions) {
  return async (): Promise<void> => {
    const world = await openDirectoryWorld(options);
    try {
      await run(world);
    } finally {
      await world.close();
    }
  };
}

export async function openDirectoryWorld(options: WorldOptions = {}): Promise<DirectoryWorld> {
  const home = await mkdtemp(join(tmpdir(), 'easel-bucket-'));
  const directory = join(home, 'objects');
  const clock = testClock();
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const reopen: DirectoryWorld['reopen'] = ({ point, seed = 1 } = {}) => {
    const signingKey = Buffer.alloc(32, 7);
    return createDirectoryBucket({
      ...{ directory, baseUrl, signingKey, clock, random: seededRandom(seed) },
      ...(point ? { point } : {}),
    });
  };
  const bucket = reopen(options);
  const routes = objectRoutes({ bucket: options.routed?.(bucket) ?? bucket, signedObjects: bucket, clock });
  const app = new Koa();
  app.silent = true;
  server.on('request', app.use(renderProblems(silentLog)).use(routes).callback());

  return {
    ...{ bucket, clock, home, directory, reopen },
    letTimePass: ms => clock.advance(ms),
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
      await rm(home, { recursive: true, force: true });
    },
  };
}
