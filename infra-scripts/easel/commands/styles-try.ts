/**
 * `easel styles try`: draws the draft of a style, or what is sold, on a photo, after it said the price and was told yes.
 */
import { openAsBlob } from 'node:fs';
import { basename, parse } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { WholeJobAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode, Fault } from '../faults.ts';
import { fetchPicture } from '../fetch-picture.ts';
import { makeSure, YES } from '../make-sure.ts';
import { prepareDirectory, savePicture } from '../picture-file.ts';
import { lookAt, priceText, stylePath } from '../style-text.ts';
import { harmless } from '../text-width.ts';

const POLL_MS = 1_000;

export const stylesTry: Command = {
  name: 'styles try',
  summary: 'draw the draft of a style on a photo of your own; says the price first',
  keyKind: 'admin',
  takes: 'ID PHOTO',
  counts: [2, 2],
  options: {
    active: { help: 'draw what is sold instead, to compare' },
    variation: { value: 'n', help: 'another version of the same picture, 0 to 9' },
    out: { value: 'dir', help: 'where to save (default: here); made if need be' },
    yes: YES,
  },
  notes: [
    "The service's budget pays, no shopper's quota, and no key of a shop sees it. The same photo with the same words again",
    'gives the same picture for nothing. Saves <photo>-<style>-<draft|version>, and prints the path.',
  ],
  examples: ['easel styles try charcoal cat.jpg', 'easel styles try charcoal cat.jpg --active --out compare --yes'],
  run: tryOut,
};

async function tryOut(call: Call): Promise<ExitCode> {
  const { client, args, out, json, options } = call;
  const [, photo = ''] = args;
  const directory = options.text('out') ?? '.';
  const { style, ifMatch } = await lookAt(call);
  const of = options.flag('active') ? 'active' : 'draft';
  const content = style[of];
  if (!content)
    throw new Fault(EXIT.refused, `"${style.id}" has no ${of === 'draft' ? 'draft' : 'version that is sold'}.`);
  const image = await openAsBlob(photo);
  if (image.size === 0) throw new Fault(EXIT.usage, `${photo} is empty, or no file.`);
  await prepareDirectory(directory);
  const what = of === 'draft' ? 'draft' : `v${style.version}`;
  await makeSure(call, {
    question: `Draw the ${what} of ${style.id} for ${priceText(content)}?`,
    risk: `A trial of ${style.id} costs ${priceText(content)}`,
    kept: 'Nothing was drawn.',
  });
  const form = new FormData();
  form.set('of', of);
  form.set('confirmUsd', String(content.priceUsd ?? 0));
  form.set('variation', String(options.integer('variation', 0) ?? 0));
  form.set('image', image, basename(photo));
  const first = await client.json<WholeJobAnswer>('POST', `${stylePath(call)}/try`, { form, ifMatch });
  const job = await ended(call, first);
  if (job.status !== 'succeeded')
    throw new Fault(EXIT.noPicture, `The trial ${job.status} (${job.code ?? 'no code'}).`);
  const { bytes, contentType } = await fetchPicture(client, { id: job.id });
  const file = await savePicture(directory, { name: `${parse(photo).name}-${style.id}-${what}`, contentType }, bytes);
  out.line(json ? JSON.stringify({ ...job, file }) : harmless(file));
  return EXIT.ok;
}

async function ended({ client, signal }: Call, first: WholeJobAnswer): Promise<WholeJobAnswer> {
  let job = first;
  while (!job.done) {
    await pause(POLL_MS, undefined, { signal });
    job = await client.json<WholeJobAnswer>('GET', `/v1/admin/jobs/${job.id}`);
  }
  return job;
}
