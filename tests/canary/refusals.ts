/**
 * Requests that are refused, each with a canary where it is wrong, and a service that cannot do its work.
 */
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { PLATFORM } from '../service-processes.ts';
import type { AskOptions } from './ask.ts';
import type { CanaryWorld } from './canary-world.ts';
import { canaryPhoto } from './photo.ts';

export async function refusals(world: CanaryWorld): Promise<void> {
  const { ask } = world;
  for (const [request, options, status] of await wrongRequests(world)) {
    const answer = await ask('refusals', request, options);
    assert.is(answer.status, status, `${request}: ${answer.whole}`);
  }
  const photo = await canaryPhoto(world.canaries, '#daa520');
  const image = { data: photo.toString('base64') };
  await withoutBucket(world, async () => {
    const body = { style: 'charcoal', customId: world.canaries.word('customId of a fault'), image };
    const { status, body: problem } = await ask('refusals', 'POST /v1/jobs', { as: world.keys.server, body });
    assert.equal([status, problem.code], [503, 'unavailable']);
  });
}

type Wrong = readonly [request: string, options: AskOptions, status: number];

async function wrongRequests({ canaries, keys }: CanaryWorld): Promise<readonly Wrong[]> {
  const { word } = canaries;
  const { server, admin } = keys;
  const json = (text: string): AskOptions => ({
    as: server,
    headers: { 'Content-Type': 'application/json' },
    body: text,
  });
  const fields = (body: object): AskOptions => ({ as: server, body });
  const image = { data: '' };
  const url = `https://${word('user')}:${word('password')}@127.0.0.1/${word('path')}?${word('query of a photo')}`;
  const form = { 'Content-Type': 'multipart/form-data; boundary=b' };
  return [
    [`GET /${word('path of no route')}`, {}, 404],
    [`GET /v1/jobs/${word('id')}?x=${word('query')}`, { as: server }, 400],
    [`GET /v1/jobs?cursor=${word('cursor')}`, { as: server }, 400],
    [`GET /v1/jobs?customerId=${word('customerId of a query')}`, { as: admin }, 403],
    ['GET /v1/styles', { as: word('token of nobody') }, 401],
    ['GET /v1/styles', { headers: { Authorization: `Basic ${btoa(`me:${word('Basic')}`)}` } }, 401],
    ['GET /v1/styles', { as: `${server}${word('end of a key')}` }, 401],
    ['GET /v1/styles', { as: server, headers: { Origin: `https://${word('origin')}.example` } }, 403],
    ['POST /v1/jobs', json(`${word('no JSON')}`), 400],
    ['POST /v1/jobs', json(`{"style":"charcoal","customId":${word('half JSON')}`), 400],
    ['POST /v1/jobs', fields({ style: word('style'), image }), 400],
    ['POST /v1/jobs', fields({ style: 'charcoal', [word('field')]: word('value of a field'), image }), 400],
    ['POST /v1/jobs', fields({ prompt: word('long prompt').repeat(50), image }), 400],
    ['POST /v1/jobs', fields({ style: 'charcoal', metadata: { a: [word('wrong metadata')] }, image }), 400],
    ['POST /v1/jobs', fields({ style: 'charcoal', options: { size: 8, aspectRatio: word('ratio') }, image }), 400],
    ['POST /v1/jobs', fields({ style: 'charcoal', image: { data: word('base64') } }), 400],
    ['POST /v1/jobs', fields({ style: 'charcoal', image: { url } }), 422],
    [
      'POST /v1/jobs',
      fields({ style: 'charcoal', image: { url: `https://127.0.0.1/${word('photo by address')}` } }),
      422,
    ],
    [
      'POST /v1/jobs',
      { as: server, headers: form, body: `--b\r\nContent-Disposition: form-data; name="${word('part')}` },
      400,
    ],
    [
      'POST /v1/jobs',
      { ...fields({ image }), headers: { 'Idempotency-Key': 'é'.repeat(9) + word('broken key') } },
      400,
    ],
    ['POST /v1/admin/keys', { as: admin, body: { kind: word('kind of key') } }, 400],
    [
      `POST /v1/admin/keys/${word('id of a key')}/revoke`,
      { as: admin, body: { reason: word('reason to revoke') } },
      404,
    ],
    [`POST /v1/sessions?shop=${word('shop')}&signature=${word('signature of Shopify')}`, {}, 401],
    [
      `GET /objects/${word('object')}?expires=1&signature=${word('signature of nobody')}`,
      {},
      PLATFORM === 'google' ? 404 : 403,
    ],
  ];
}

/** Embedded: its directory is a file. On google the bucket refuses, in words that quote the token. */
async function withoutBucket({ service, canaries }: CanaryWorld, work: () => Promise<void>): Promise<void> {
  const { storage } = service.backends() ?? {};
  if (storage) {
    const message = `Bearer ya29.${canaries.word('words of the bucket')} is refused`;
    storage.plan({ on: 'stat', what: { kind: 'refuse', status: 503, message }, times: 5 });
    return work();
  }
  const objects = join(service.directory, 'objects');
  await rename(objects, `${objects}.away`);
  await writeFile(objects, '');
  try {
    await work();
  } finally {
    await rm(objects);
    await rename(`${objects}.away`, objects);
  }
}
