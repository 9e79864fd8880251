/**
 * The whole product, API and worker, started on the data of a recording: what happens when one machine is updated.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROUTES } from '../../api/app.ts';
import { differences } from '../../api/openapi/answer.conformance.ts';
import { openapiDocument } from '../../api/openapi/document.ts';
import { readConfig } from '../../common/config.ts';
import type { Engine } from '../../common/engine.ts';
import { silentLog } from '../../common/log.ts';
import { startEmbedded } from '../../infra-scripts/local/embedded.ts';
import { createTestModel } from '../doubles/test-model.ts';
import { type TestClock, testClock } from '../test-clock.ts';
import { openWorld } from '../world.ts';
import type { Recording } from './recording.ts';
import { restore } from './restore.ts';

export interface RecordedService {
  readonly engine: Engine;
  readonly clock: TestClock;
  call(method: 'GET' | 'POST', path: string, key: string, body?: object): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  /** In what it is not as the OpenAPI document says. */
  readonly differences: string[];
}

const DOCUMENT = openapiDocument(ROUTES);

export function withService(recording: Recording, test: (service: RecordedService) => Promise<void>) {
  return async (): Promise<void> => {
    const directory = await mkdtemp(join(tmpdir(), 'easel-recorded-'));
    try {
      await restoreInto(directory, recording);
      await runService(directory, recording, test);
    } finally {
      await rm(directory, { recursive: true });
    }
  };
}

async function restoreInto(directory: string, recording: Recording): Promise<void> {
  const other = Buffer.alloc(32, 1).toString('base64');
  const secrets = { id: recording.shared.idSecret, urlSigning: other, sessions: other };
  await writeFile(join(directory, 'secrets.json'), JSON.stringify(secrets));
  const world = await openWorld(directory);
  try {
    await restore(world, recording);
  } finally {
    await world.close();
  }
}

async function runService(
  directory: string,
  { shared }: Recording,
  test: (service: RecordedService) => Promise<void>,
): Promise<void> {
  const read = readConfig({ DATA_DIR: directory, PORT: '0' });
  if ('problems' in read) throw new Error(read.problems.join('\n'));
  const clock = testClock(shared.now);
  const running = await startEmbedded(read.config, { log: silentLog, clock, model: createTestModel() });
  try {
    const call: RecordedService['call'] = (method, path, key, body) => ask(running.url, { method, path, key, body });
    await test({ engine: running.engine, clock, call });
  } finally {
    await running.stop({ drainMs: 0 });
  }
}

async function ask(
  url: string,
  { method, path, key, body }: { method: string; path: string; key: string; body: object | undefined },
): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const { status, headers } = response;
  const answer = { method, path, status, headers, body: await response.json() };
  return { status, body: answer.body as Record<string, unknown>, differences: differences(DOCUMENT, answer) };
}
