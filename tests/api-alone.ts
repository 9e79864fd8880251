/**
 * The API in a process without a worker, for tests that ask what the API alone takes: says where it listens, then tells
 * its resident memory whenever it is asked to. Started by `tests/memory.test.ts`.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApi } from '../api/app.ts';
import { DEFAULT_SHOP, newKey, registerKey } from '../common/keys.ts';
import { OFFLINE_MODEL } from '../common/models.ts';
import { createOutbound } from '../common/outbound/outbound.ts';
import { noClientAccess } from '../common/platform/client-access.ts';
import { seedStyles } from '../common/seed-styles.ts';
import { openWorld } from './world.ts';

const SAMPLE_MS = 5;

const world = await openWorld(process.argv[2] ?? '');
const key = newKey('server', world.engine.random);
await registerKey(world.engine.store, key, { kind: 'server', shop: DEFAULT_SHOP, now: 0 });
await seedStyles(world.engine.store);
const api = createApi({
  engine: world.engine,
  clientAccess: noClientAccess,
  outbound: createOutbound({ ...world.engine, allow: [] }),
  sessionSecret: new Uint8Array(32),
  defaultModel: OFFLINE_MODEL,
  closing: new AbortController().signal,
});
const server = createServer(api.callback()).listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, key });
});

let peakBytes = 0;
setInterval(() => {
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
}, SAMPLE_MS);
process.on('message', () => {
  process.send?.({ peakBytes });
  peakBytes = 0;
});
process.on('disconnect', () => process.exit());
