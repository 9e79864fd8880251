/**
 * An emulator of Cloud Storage that others wrote (github.com/fsouza/fake-gcs-server), in a process of its own for each
 * test, with the bucket on the real SDK in front. It goes by real time; its URLs are signed by our own double.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock, systemRandom } from '../../../common/clock.ts';
import { createStorageBucket } from '../../../common/google/bucket.ts';
import { silentLog } from '../../../common/log.ts';
import type { BucketWorld } from '../../../common/platform/bucket.conformance.ts';
import { waitFor } from '../../wait-for.ts';
import { openStorageDouble, type ServiceAccount } from '../storage.ts';
import type { Gaps } from '../witness-cases.ts';

export const STORAGE_EMULATOR = 'fake-gcs-server';
/** As `.ci/run` installs it; the list below is of this version. */
export const STORAGE_EMULATOR_VERSION = 'v1.56.1';
const UNVERIFIED = {
  reason: 'It serves every URL, without a look at its signature, its method or its time.',
  fails: 'always',
} as const;
export const STORAGE_GAPS: Gaps = {
  'a signed URL that was changed anywhere is refused': UNVERIFIED,
  'a signed URL for reading lets nobody write or delete': UNVERIFIED,
  'a URL past its time is refused': UNVERIFIED,
  'an upload only creates': {
    reason: 'It passes over `x-goog-if-generation-match` when an upload comes by a URL.',
    fails: 'always',
  },
  'an upload that is too short, too long or of another type is refused and stores nothing': {
    reason: 'It passes over `x-goog-content-length-range`, and over what was signed.',
    fails: 'always',
  },
  'an upload URL that was changed anywhere is refused, and reads nothing': UNVERIFIED,
};

const BUCKET = 'easel-witness';

/** Its binary: the one that the variable names, else the first on the PATH. */
export function findStorageEmulator({ FAKE_GCS_SERVER: named, PATH = '' } = process.env): string | undefined {
  const paths = named ? [named] : PATH.split(delimiter).map(folder => join(folder, STORAGE_EMULATOR));
  return paths.find(path => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export interface PublicEmulatorWorld extends BucketWorld {
  /** How many versions of all objects there are. */
  versions(): Promise<number>;
}

export async function openPublicEmulatorWorld(
  binary: string,
  { account, versioning = false }: { account: ServiceAccount; versioning?: boolean },
): Promise<PublicEmulatorWorld> {
  const { url, stop } = await startEmulator(binary);
  const signer = await openStorageDouble({ now: Date.now, account });
  Object.assign(process.env, signer.environment);
  const bucketUrl = `${url}/storage/v1/b`;
  const body = JSON.stringify({ name: BUCKET, versioning: { enabled: versioning } });
  const made = await fetch(bucketUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  if (!made.ok) throw new Error(`The emulator made no bucket: ${made.status} ${await made.text()}`);

  const bucket = createStorageBucket({
    bucketName: BUCKET,
    storage: { apiEndpoint: url, projectId: 'demo' },
    signing: { endpoint: `${signer.url}/v1/projects/-/serviceAccounts/` },
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
  });
  return {
    bucket,
    letTimePass: ms => sleep(ms),
    async versions() {
      const listed = await fetch(`${bucketUrl}/${BUCKET}/o?versions=true`);
      const { items = [] } = (await listed.json()) as { items?: unknown[] };
      return items.length;
    },
    async close() {
      await signer.close();
      await stop();
    },
  };
}

async function startEmulator(binary: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const host = `127.0.0.1:${await freePort()}`;
  const [, port = ''] = host.split(':');
  const where = ['-scheme', 'http', '-host', '127.0.0.1', '-port', port, '-public-host', host];
  const child = spawn(binary, ['-backend', 'memory', '-log-level', 'error', ...where], { stdio: 'ignore' });
  const exit = once(child, 'exit');
  await waitFor('the emulator', async () => {
    if (child.exitCode !== null) throw new Error(`The emulator ended with ${child.exitCode}: is port ${port} taken?`);
    const answer = await fetch(`http://${host}/_internal/healthcheck`).catch(() => undefined);
    await answer?.arrayBuffer();
    return answer !== undefined;
  });
  return {
    url: `http://${host}`,
    async stop() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}

/** It cannot say which port it took, so that one is looked for: somebody else could take it in between. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}
