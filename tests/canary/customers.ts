/**
 * What shoppers and shops send, with a canary in everything that they can fill in.
 */
import * as assert from 'uvu/assert';
import { waitFor } from '../wait-for.ts';
import type { Asked } from './ask.ts';
import type { CanaryWorld } from './canary-world.ts';
import { canaryPhoto } from './photo.ts';

export interface Customers {
  /** Tokens of two shoppers of the shop. */
  readonly session: string;
  readonly sibling: string;
  /** The server key of another shop. */
  readonly stranger: string;
  /** All jobs of the first shopper and of the shop's server. */
  readonly jobs: readonly string[];
  readonly uploadId: string;
}

export async function customers(world: CanaryWorld): Promise<Customers> {
  const session = await openSession(world, 'challenge');
  const sibling = await openSession(world, 'challenge of the sibling');
  const stranger = await otherShop(world);
  const jobs = [await serverJob(world), await sessionJob(world, session), ...(await troubledJobs(world))];
  return { session, sibling, stranger, jobs, uploadId: await upload(world) };
}

async function openSession({ service, keys, canaries, ask }: CanaryWorld, name: string): Promise<string> {
  const headers = { 'X-Forwarded-For': '198.51.100.177' };
  const body = { challenge: canaries.word(name) };
  const { status, body: opened } = await ask('owner', 'POST /v1/sessions', { as: keys.storefront, headers, body });
  assert.is(status, 201, service.output());
  const token = String(opened.token);
  canaries.known(`token, ${name}`, token);
  return token;
}

async function otherShop({ keys, canaries, ask }: CanaryWorld): Promise<string> {
  const secret = canaries.word('secret of Shopify');
  const shopify = { domain: 'pets.myshopify.com', secret };
  const fields = { id: 'pets', name: 'Pets', shopify, reason: canaries.word('reason for the shop') };
  assert.is((await ask('operator', 'POST /v1/admin/shops', { as: keys.admin, body: fields })).status, 201);
  const label = canaries.word('label of a key');
  const { body } = await ask('operator', 'POST /v1/admin/keys', {
    as: keys.admin,
    body: { kind: 'server', shop: 'pets', label },
  });
  return String(body.key);
}

/** With all fields and headers that there are. */
async function serverJob(world: CanaryWorld): Promise<string> {
  const { canaries, keys, ask } = world;
  const word = canaries.word;
  const form = new FormData();
  form.set('prompt', `${word('prompt')} drawn in chalk on a garden wall`);
  form.set('customerId', word('customerId'));
  form.set('customId', word('customId'));
  form.set('metadata', JSON.stringify({ [word('name of metadata')]: word('metadata') }));
  const photo = await canaryPhoto(canaries, '#a52a2a');
  form.set('image', new Blob([new Uint8Array(photo)]), `${word('file name')}.jpg`);
  const headers = {
    'Idempotency-Key': word('Idempotency-Key'),
    traceparent: word('traceparent'),
    Cookie: `session=${word('cookie')}`,
    'X-Anything': word('header'),
    'User-Agent': word('User-Agent'),
    Referer: `https://pets.example/${word('Referer')}`,
    'X-Forwarded-For': '198.51.100.177',
  };
  const submitted = await ask('owner', 'POST /v1/jobs', { as: keys.server, headers, body: form });
  await ended(world, submitted, keys.server);
  return String(submitted.body.id);
}

async function sessionJob(world: CanaryWorld, session: string): Promise<string> {
  const { canaries, ask } = world;
  const data = (await canaryPhoto(canaries, '#2e8b57')).toString('base64');
  const fields = { style: 'charcoal', customId: canaries.word('customId of the session') };
  const submitted = await ask('owner', 'POST /v1/jobs', { as: session, body: { ...fields, image: { data } } });
  const job = await ended(world, submitted, session);
  const { url, previewUrl } = job.output as { url: string; previewUrl: string };
  for (const address of [url, previewUrl]) {
    const response = await fetch(address);
    assert.is(response.status, 200);
    world.note('picture', Buffer.from(await response.arrayBuffer()).toString('latin1'));
  }
  canaries.known('signature of a picture', signatureOf(url));
  await ask('owner', `GET ${url}x`);
  return String(job.id);
}

/** Gemini answers with what it was sent, and with words of its own. */
async function troubledJobs(world: CanaryWorld): Promise<string[]> {
  const { canaries, gemini, keys, ask } = world;
  const word = canaries.word;
  const prompt = `${word('prompt in trouble')} and a long way of saying so`;
  const photo = await canaryPhoto(canaries, '#4682b4');
  gemini.plan(
    {
      kind: 'status',
      status: 503,
      message: `${word("the provider's words")}: key=${gemini.apiKey}`,
      headers: { 'X-Told': word('header of the provider') },
    },
    { kind: 'status', status: 500, message: `cannot draw "${prompt}" of ${photo.toString('base64')}` },
    { kind: 'status', status: 400, message: `no picture for ${photo.toString('base64')}, sorry` },
    { kind: 'status', status: 400, body: `<html>${word('page of a proxy')}` },
    {
      kind: 'json',
      body: {
        candidates: [{ content: { parts: [{ text: word('text of the model') }] }, finishReason: word('finish') }],
      },
    },
    { kind: 'json', body: { promptFeedback: { blockReason: word('block') } } },
    { kind: 'redirect', status: 302, to: `http://127.0.0.1:1/?${word('redirect')}` },
    { kind: 'text', body: `{"text":${word('broken JSON')}` },
  );
  const jobs: string[] = [];
  while (gemini.calls() < CALLS_BEFORE + PLANNED && jobs.length < PLANNED) {
    const image = { data: photo.toString('base64') };
    const fields = { prompt, customerId: word(`customerId ${jobs.length}`), options: { variation: jobs.length } };
    const submitted = await ask('owner', 'POST /v1/jobs', { as: keys.server, body: { ...fields, image } });
    await ended(world, submitted, keys.server);
    jobs.push(String(submitted.body.id));
  }
  assert.ok(gemini.calls() >= CALLS_BEFORE + PLANNED, 'every planned answer was given');
  return jobs;
}

const CALLS_BEFORE = 2;
const PLANNED = 8;

async function ended({ service, ask }: CanaryWorld, submitted: Asked, as: string): Promise<Asked['body']> {
  assert.is(submitted.status, 202, submitted.whole);
  const path = `GET /v1/jobs/${submitted.body.id}`;
  const look = async () => {
    const { body } = await ask('owner', path, { as });
    return body.done === true && body;
  };
  return waitFor(`the end of ${submitted.body.id}\n${service.output()}`, look, { limitMs: 100_000, everyMs: 200 });
}

async function upload({ canaries, keys, ask }: CanaryWorld): Promise<string> {
  const announced = { contentType: 'image/jpeg', bytes: 1_000 };
  const { body } = await ask('owner', 'POST /v1/uploads', { as: keys.server, body: announced });
  canaries.known('signature of an upload', signatureOf(String(body.url)));
  await ask('owner', `PUT ${body.url}`, { headers: { 'Content-Type': 'text/plain' }, body: canaries.word('upload') });
  return String(body.uploadId);
}

function signatureOf(address: string): string {
  const { searchParams } = new URL(address);
  return searchParams.get('signature') ?? searchParams.get('X-Goog-Signature') ?? '';
}
