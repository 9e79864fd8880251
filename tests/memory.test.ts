/**
 * What a request may cost the API in memory. The API runs in a process of its own, without a worker.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PHOTO } from './service.ts';

const test = suite('memory');
const MIB = 2 ** 20;
const API_ALONE = fileURLToPath(new URL('./api-alone.ts', import.meta.url));

test('a photo of 20 MiB raises the memory of the API by at most 64 MiB', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'easel-memory-'));
  const child = fork(API_ALONE, [directory], { stdio: 'inherit' });
  try {
    const [{ url, key }] = (await once(child, 'message')) as [{ url: string; key: string }];
    const submit = async (bytes: number, index: number) => {
      const form = new FormData();
      form.set('style', 'charcoal');
      form.set('image', new Blob([new Uint8Array(PHOTO), new Uint8Array(bytes - PHOTO.length).fill(index)]), 'a.jpg');
      const headers = { Authorization: `Bearer ${key}` };
      const { status } = await fetch(`${url}/v1/jobs`, { method: 'POST', headers, body: form });
      assert.is(status, 202);
    };
    for (let index = 0; index < 20; index++) await submit(MIB, index);
    await peak(child);
    const before = await peak(child);
    for (let index = 100; index < 103; index++) await submit(20 * MIB, index);
    const rise = ((await peak(child)) - before) / MIB;
    console.log(`three photos of 20 MiB, one after the other: ${rise.toFixed(0)} MiB more at the peak`);
    assert.ok(rise <= 64, `${rise.toFixed(0)} MiB`);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
    await rm(directory, { recursive: true });
  }
});

test.run();

/** The largest resident size since it was last asked, in bytes; asked after a moment, so that one sample is there. */
async function peak(child: ChildProcess): Promise<number> {
  await new Promise(resolve => setTimeout(resolve, 50));
  child.send('peak');
  const [{ peakBytes }] = (await once(child, 'message')) as [{ peakBytes: number }];
  return peakBytes;
}
