/**
 * A batch of 10,000 at the embedded service: taken in while its process is killed twenty times, asked for while it stands,
 * drawn beside customers, and read back. Platform: embedded, where one process is API and worker and so takes all of the
 * memory; what is counted on Firestore stands in docs/cost.md.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ndjson, square } from '../batch-lines.ts';
import { waitFor } from '../wait-for.ts';

/** Five minutes on two processors of its own. */
export const FILE_LIMIT_MS = 1_800_000;
const test = suite('a batch of 10,000');
const SERVER = fileURLToPath(new URL('./batch-server.ts', import.meta.url));
const ITEMS = 10_000;
const KILLS = 20;
const GROWTH_MAX_BYTES = 64 * 2 ** 20;
const READS = 400;
/** So many that the slowest two are not the 99th percentile. */
const STARTS = 200;
/** A clock ticks in milliseconds: below this nobody can tell two delays apart. */
const LEAST_MS = 10;

interface Batch {
  readonly id: string;
  readonly status: string;
  readonly done: boolean;
  readonly counts: { readonly total: number } & { readonly [status: string]: number };
}

test('is taken in whole, stands, makes way, and is read back in little memory', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'easel-batch-'));
  const server = createServer(directory);
  try {
    await server.start();
    const image = { uploadId: await upload(server) };
    await server.operator('POST /v1/admin/queues/bulk/pause', { reason: 'until all are made' });
    const { id: single } = await submitOne(server, 0);

    const note = 'x'.repeat(400);
    const lines = Array.from({ length: ITEMS }, (_, index) => ({
      customId: `photo-${index}`,
      image,
      prompt: `Draw it, number ${index}.`,
      metadata: { first: note, second: note },
    }));
    const body = Buffer.from(ndjson(lines));
    const watched = await server.watchMemory();
    const { id } = await server.json<Batch>('POST', '/v1/batches', {
      headers: { 'Content-Type': 'application/x-ndjson' },
      body,
    });
    const read = () => server.json<Batch>('GET', `/v1/batches/${id}`);
    await waitFor('the lines to be looked at', async () => (await read()).status !== 'validating', LONG);
    const accepted = await watched.growth();
    say(`${(body.length / 2 ** 20).toFixed(1)} MiB accepted, memory grew by ${mib(accepted)}`);

    let kills = 0;
    for (; kills < KILLS; kills++) {
      await new Promise(resolve => setTimeout(resolve, 150 + ((kills * 37) % 11) * 80));
      await server.kill();
      await server.start();
    }
    const beforeLast = await madeItems(server, id);
    assert.ok(beforeLast.length < ITEMS, `it was still being made after ${kills} kills: ${beforeLast.length}`);
    const made = await waitFor(
      'all jobs',
      async () => {
        const names = await lastItem(server, id);
        return names === `photo-${ITEMS - 1}`;
      },
      LONG,
    );
    assert.ok(made);
    const names = await madeItems(server, id);
    assert.is(names.length, ITEMS);
    assert.equal(
      names,
      lines.map(({ customId }) => customId),
    );
    say(`${names.length} jobs after ${kills} kills (${beforeLast.length} of them when it was killed last)`);

    const ofJob = await readTimes(server, `/v1/jobs/${single}`);
    const ofBatch = await readTimes(server, `/v1/batches/${id}`);
    say(`p99 of a read: job ${ofJob.toFixed(1)} ms, batch ${ofBatch.toFixed(1)} ms`);
    assert.ok(ofBatch <= 5 * ofJob, `${ofBatch} ms against ${ofJob} ms`);

    // Right before, so that whatever else the machine does is in both.
    const idle = await startDelays(server);
    await server.operator('POST /v1/admin/queues/bulk/resume', {});
    await waitFor('pictures of the batch', async () => ((await read()).counts.succeeded ?? 0) > 50, LONG);
    const busy = await startDelays(server);
    const { counts } = await read();
    assert.ok((counts.queued ?? 0) > 0, 'the batch was still being drawn');
    say(
      `p99 until an interactive job starts: idle ${idle} ms, beside the batch ${busy} ms (${counts.succeeded} drawn)`,
    );
    assert.ok(busy <= 2 * Math.max(idle, LEAST_MS), `${busy} ms against ${idle} ms`);

    await server.json('POST', `/v1/batches/${id}/cancel`);
    const ended = await waitFor('the end', async () => (await read()).done && (await read()), LONG);
    const reading = await server.watchMemory();
    const told = await results(server, id);
    const grown = await reading.growth();
    say(`${told} results read (${ended.counts.succeeded} with a picture), memory grew by ${mib(grown)}`);
    assert.is(told, ITEMS);
    assert.ok(accepted <= GROWTH_MAX_BYTES, mib(accepted));
    assert.ok(grown <= GROWTH_MAX_BYTES, mib(grown));
  } finally {
    await server.kill();
    await rm(directory, { recursive: true });
  }
});

test.run();

const LONG = { limitMs: 900_000, everyMs: 500 };

type Server = ReturnType<typeof createServer>;

interface Sent {
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | Buffer<ArrayBuffer> | FormData;
}

function createServer(dataDir: string) {
  let child: ChildProcess | undefined;
  let url = '';
  const keys = async () => JSON.parse(await readFile(join(dataDir, 'keys.json'), 'utf8'));

  async function call(method: string, path: string, { headers = {}, body }: Sent = {}, kind = 'server') {
    const response = await fetch(path.startsWith('http') ? path : url + path, {
      method,
      headers: { ...(path.startsWith('http') ? {} : { Authorization: `Bearer ${(await keys())[kind]}` }), ...headers },
      ...(body === undefined ? {} : { body }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }

  const server = {
    call,
    async start() {
      const options = JSON.stringify({ dataDir, drawMs: 50 });
      const execArgv = ['--expose-gc'];
      child = fork(SERVER, [options], { execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      url = await message<{ url: string }>(child).then(told => told.url);
    },
    async kill() {
      const ending = child;
      child = undefined;
      if (!ending || ending.exitCode !== null) return;
      const gone = new Promise(resolve => ending.once('exit', resolve));
      ending.kill('SIGKILL');
      await gone;
    },
    async json<T>(method: string, path: string, sent?: Sent): Promise<T> {
      return (await (await call(method, path, sent)).json()) as T;
    },
    async operator(route: string, body: object) {
      const [method = '', path = ''] = route.split(' ');
      const headers = { 'Content-Type': 'application/json' };
      await call(method, path, { headers, body: JSON.stringify(body) }, 'admin');
    },
    /** Memory now, after a collection of garbage, and by how much it was exceeded at most until `growth` is asked. */
    async watchMemory() {
      const look = async () => {
        if (!child) throw new Error('there is no process');
        const told = message<{ rssBytes: number }>(child);
        child.send('memory');
        return (await told).rssBytes;
      };
      const before = await look();
      let most = before;
      let over = false;
      const watching = (async () => {
        while (!over) {
          most = Math.max(most, await look());
          await new Promise(resolve => setTimeout(resolve, 100));
        }
      })();
      return {
        async growth() {
          over = true;
          await watching;
          return most - before;
        },
      };
    },
  };
  return server;
}

function message<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the service ended with ${code}`));
    child.once('exit', ended);
    child.once('message', told => {
      child.off('exit', ended);
      resolve(told as T);
    });
  });
}

async function upload(server: Server): Promise<string> {
  const photo = await square();
  const { uploadId, url, headers } = await server.json<{
    uploadId: string;
    url: string;
    headers: { [name: string]: string };
  }>('POST', '/v1/uploads', {
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ contentType: 'image/png', bytes: photo.length }),
  });
  await server.call('PUT', url, { headers, body: Buffer.from(photo) });
  return uploadId;
}

let variety = 0;

async function submitOne(server: Server, waitS: number): Promise<{ id: string; createdAt: string; startedAt: string }> {
  const form = new FormData();
  form.set('prompt', `An interactive one, number ${variety++}.`);
  form.set('image', new Blob([new Uint8Array(await square())]), 'photo.png');
  return server.json('POST', '/v1/jobs', { body: form, headers: waitS > 0 ? { Prefer: `wait=${waitS}` } : {} });
}

/** p99 of what passes between a submit and its start, in ms. */
async function startDelays(server: Server): Promise<number> {
  const delays: number[] = [];
  for (let count = 0; count < STARTS; count++) {
    const { createdAt, startedAt } = await submitOne(server, 20);
    delays.push(Date.parse(startedAt) - Date.parse(createdAt));
  }
  return p99(delays);
}

async function readTimes(server: Server, path: string): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < READS; count++) {
    const startedAt = performance.now();
    await (await server.call('GET', path)).text();
    times.push(performance.now() - startedAt);
    // Spread over several of the snapshots, so that those who pay for one are among them.
    if (count % 20 === 0) await new Promise(resolve => setTimeout(resolve, 500));
  }
  return p99(times);
}

function p99(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1] ?? 0;
}

async function madeItems(server: Server, id: string): Promise<string[]> {
  const names: string[] = [];
  for (let cursor = ''; ; ) {
    const query = `limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const page = await server.json<{ jobs: { customId: string }[]; nextCursor?: string }>(
      'GET',
      `/v1/batches/${id}/items?${query}`,
    );
    names.push(...page.jobs.map(({ customId }) => customId));
    if (page.nextCursor === undefined) return names;
    cursor = page.nextCursor;
  }
}

/** The newest job of the shop, which the last item becomes. */
async function lastItem(server: Server, id: string): Promise<string | undefined> {
  const query = `customId=photo-${ITEMS - 1}&limit=1`;
  const { jobs } = await server.json<{ jobs: { customId: string; batchId?: string }[] }>('GET', `/v1/jobs?${query}`);
  return jobs.find(job => job.batchId === id)?.customId;
}

/** How many lines there are, read as they come. */
async function results(server: Server, id: string): Promise<number> {
  let count = 0;
  for (let cursor = ''; ; ) {
    const query = cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const response = await server.call('GET', `/v1/batches/${id}/results.ndjson${query}`);
    let held = '';
    let last = '';
    const before = count;
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      const lines = (held + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
      held = lines.pop() ?? '';
      count += lines.length;
      last = lines.at(-1) ?? last;
    }
    if (count === before) return count;
    cursor = (JSON.parse(last) as { cursor: string }).cursor;
  }
}

function mib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

function say(text: string): void {
  console.log(`  ${text}`);
}
