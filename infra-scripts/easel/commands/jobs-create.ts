/**
 * `easel jobs create`: draws a photo that lies at the service already, such as one that a shopper sent with an order for
 * which no picture could be drawn.
 */
import type { JobAnswer } from '../answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode, usageFault } from '../faults.ts';
import { paintStatus } from '../job-text.ts';
import { given, needed } from '../operator-options.ts';
import { harmless } from '../text-width.ts';

const UPLOAD_ID = /^upl_[a-z0-9]{26}$/;

export const jobsCreate: Command = {
  name: 'jobs create',
  summary: 'draw a photo that was uploaded, such as that of an order',
  takes: '',
  counts: [0, 0],
  options: {
    upload: { value: 'id', help: 'the photo: "easel orders waiting" lists those of orders' },
    style: { value: 'style', help: 'instead of the one that the shopper wanted' },
    variation: { value: 'n', help: 'another version of the same picture, 0 to 9' },
    size: { value: 'size', help: 'such as 2K; the model has to know it' },
    'aspect-ratio': { value: 'w:h', help: 'such as 4:5; the model has to know it' },
  },
  notes: [
    "--upload is needed. No shopper's quota counts the picture; the day's budget does. It is kept for the orders that the",
    'photo is part of. The same again is the same job, until that has ended without a picture.',
  ],
  examples: [
    'easel jobs create --upload upl_01m83fz1q3zzctwn61v8nq048z',
    'easel jobs create --upload upl_01m83fz1q3zzctwn61v8nq048z --style ink-wash',
  ],
  run: createJob,
};

async function createJob(call: Call): Promise<ExitCode> {
  const { client, options, out, json } = call;
  const upload = needed(call, 'upload', jobsCreate);
  if (!UPLOAD_ID.test(upload)) throw usageFault(`"--upload": expected an id such as upl_01m8…, got "${upload}".`);
  const drawn = given({
    variation: options.integer('variation', 0),
    size: options.text('size'),
    aspectRatio: options.text('aspect-ratio'),
  });
  const body = given({
    style: options.text('style'),
    options: Object.keys(drawn).length > 0 ? drawn : undefined,
  });
  const job = await client.json<JobAnswer>('POST', `/v1/uploads/${upload}/draw`, { body });
  out.line(json ? JSON.stringify(job) : `${harmless(job.id)}  ${paintStatus(out.paint, job.status)}`);
  return EXIT.ok;
}
