/**
 * Direct uploads over real HTTP: each bound that the signed URL sets, and uploads that break off.
 */
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { SignedRequest, SignedUpload } from '../common/platform/bucket.ts';
import { contentOf, PNG, patterned } from '../common/platform/bucket-conformance/world.ts';
import { type DirectoryWorld, inDirectoryWorld } from '../tests/bucket-world.ts';
import { waitFor } from '../tests/wait-for.ts';

function uploadTo(world: DirectoryWorld, path: string, options: Partial<SignedUpload> = {}): Promise<SignedRequest> {
  const expiresAt = world.clock.now() + 60_000;
  return world.bucket.signedUploadUrl(path, { expiresAt, ...PNG, bytesMin: 3, bytesMax: 300_000, ...options });
}

async function send({ url, method, headers }: SignedRequest, body: Uint8Array | ReadableStream): Promise<Response> {
  // A stream is sent in chunks, without announcing its length.
  const init = { method, headers, body: body instanceof ReadableStream ? body : Uint8Array.from(body) };
  return fetch(url, { ...init, duplex: 'half' } as RequestInit);
}

function chunked(...chunks: Uint8Array[]): ReadableStream {
  return new Blob(chunks.map(chunk => Uint8Array.from(chunk))).stream();
}

async function assertRefused(response: Response, status: number, code: string): Promise<void> {
  const problem = (await response.json()) as { code: string };
  assert.equal([response.status, problem.code], [status, code]);
}

test(
  'an upload answers 201 without a body',
  inDirectoryWorld(async world => {
    const response = await send(await uploadTo(world, 'up/1'), Buffer.from('a photo'));
    assert.equal([response.status, await response.text()], [201, '']);
    assert.is(await contentOf(world.bucket, 'up/1'), 'a photo');
  }),
);

test(
  'an upload may be sent in chunks of any size',
  inDirectoryWorld(async world => {
    const bytes = patterned(300_000, 1);
    const response = await send(await uploadTo(world, 'a'), chunked(bytes.subarray(0, 1), bytes.subarray(1)));
    assert.is(response.status, 201);
    assert.is((await world.bucket.stat('a'))?.bytes, 300_000);
  }),
);

test(
  'each bound has its code, whether the length is announced or not',
  inDirectoryWorld(async world => {
    const request = await uploadTo(world, 'a');
    await assertRefused(await send(request, Buffer.alloc(300_001)), 413, 'upload_too_long');
    await assertRefused(await send(request, chunked(Buffer.alloc(300_001))), 413, 'upload_too_long');
    await assertRefused(await send(request, Buffer.from('xx')), 400, 'upload_too_short');
    await assertRefused(await send(request, chunked(Buffer.from('xx'))), 400, 'upload_too_short');
    for (const contentType of ['image/webp', 'image/png; charset=utf-8', 'IMAGE/PNG']) {
      const other = { ...request, headers: { 'content-type': contentType } };
      await assertRefused(await send(other, Buffer.from('xxx')), 415, 'upload_type_mismatch');
    }
    assert.equal(await world.bucket.list('', { limit: 10 }), []);
    assert.is((await send(request, Buffer.from('good'))).status, 201);
    await assertRefused(await send(request, Buffer.from('evil')), 409, 'upload_exists');
    assert.is(await contentOf(world.bucket, 'a'), 'good');
  }),
);

test(
  'an upload after its time, or through another URL, is refused',
  inDirectoryWorld(async world => {
    const request = await uploadTo(world, 'a');
    await assertRefused(
      await send({ ...request, url: request.url.replace('max=300000', 'max=900000') }, Buffer.from('xxx')),
      403,
      'url_invalid',
    );
    await world.clock.advance(60_000);
    await assertRefused(await send(request, Buffer.from('xxx')), 403, 'url_expired');
    assert.is(await world.bucket.stat('a'), undefined);
  }),
);

/** Sends in chunks over the agent's connection and resolves once everything was sent and the answer was read. */
function sendOver(agent: Agent, { url, method, headers }: SignedRequest, body: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    const sending = httpRequest(url, { method, headers: { ...headers, 'transfer-encoding': 'chunked' }, agent });
    const sent = new Promise(done => sending.on('finish', done));
    sending.on('error', reject).on('response', response => {
      response.resume().on('end', () => sent.then(() => resolve(response.statusCode ?? 0), reject));
    });
    sending.end(body);
  });
}

test(
  'a client that sends far too much reads its answer and can go on with its connection',
  inDirectoryWorld(async world => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const request = await uploadTo(world, 'a', { bytesMax: 10 });
    // More than the buffers of a connection hold, so that a server that stops reading stops the client.
    const tooMuch = Buffer.alloc(20_000_000);
    for (let round = 0; round < 2; round++) assert.is(await sendOver(agent, request, tooMuch), 413);
    assert.is(await sendOver(agent, request, Buffer.from('good')), 201);
    agent.destroy();
  }),
);

test(
  'an upload that announces too much is refused before it is sent',
  inDirectoryWorld(async world => {
    const { url, headers } = await uploadTo(world, 'a');
    const announced = { ...headers, 'content-length': '5000000000' };
    const sending = httpRequest(url, { method: 'PUT', headers: announced, agent: false });
    sending.on('error', () => {}).flushHeaders();
    const response = await new Promise<IncomingMessage>(resolve => sending.on('response', resolve));
    assert.is(response.statusCode, 413);
    sending.destroy();
  }),
);

test(
  'an upload without an end is answered while it goes on',
  inDirectoryWorld(async world => {
    const { url, headers } = await uploadTo(world, 'a');
    const sending = httpRequest(url, { method: 'PUT', headers, agent: false });
    let answered = false;
    const sendOn = () => !answered && sending.write(Buffer.alloc(60_000), sendOn);
    sending.on('error', () => {});
    sendOn();
    const response = await new Promise<IncomingMessage>(resolve => sending.on('response', resolve));
    answered = true;
    assert.is(response.statusCode, 413);
    sending.destroy();
  }),
);

test(
  'of ten uploads to one URL at once exactly one is stored',
  inDirectoryWorld(async world => {
    const request = await uploadTo(world, 'a');
    const contents = Array.from({ length: 10 }, (_, index) => `upload ${index}`);
    const responses = await Promise.all(contents.map(content => send(request, Buffer.from(content))));
    const statuses = responses.map(response => response.status);
    assert.equal(statuses.toSorted(), [201, ...Array.from({ length: 9 }, () => 409)]);
    assert.is(await contentOf(world.bucket, 'a'), contents[statuses.indexOf(201)]);
    await Promise.all(responses.map(response => response.arrayBuffer()));
  }),
);

test(
  'an upload that breaks off leaves nothing, and the URL stays good',
  inDirectoryWorld(async world => {
    const request = await uploadTo(world, 'a');
    for (const headers of [{ 'content-length': '200000' }, { 'transfer-encoding': 'chunked' }]) {
      const sending = httpRequest(request.url, {
        method: 'PUT',
        headers: { ...request.headers, ...headers },
        agent: false,
      });
      const closed = new Promise(resolve => sending.on('close', resolve));
      sending.on('error', () => {});
      sending.write(patterned(100_000, 1));
      await waitFor('the bytes to leave', () => (sending.socket?.bytesWritten ?? 0) >= 100_000);
      sending.destroy();
      await closed;
    }
    assert.is((await send(request, Buffer.from('second try'))).status, 201);
    assert.is(await contentOf(world.bucket, 'a'), 'second try');
  }),
);

test.run();
