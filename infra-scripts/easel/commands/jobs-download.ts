/**
 * `easel jobs download`: the pictures of jobs that are done, as files.
 */
import type { JobAnswer } from '../answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { fetchPicture } from '../fetch-picture.ts';
import { jobPath } from '../follow-job.ts';
import { sizeText } from '../job-text.ts';
import { prepareDirectory, savePicture } from '../picture-file.ts';
import { forEachJob } from '../several-jobs.ts';

export const jobsDownload: Command = {
  name: 'jobs download',
  summary: 'save the pictures of jobs',
  takes: 'ID…',
  counts: [1, Number.POSITIVE_INFINITY],
  options: {
    out: { value: 'dir', help: 'where to save (default: here); made if need be' },
    preview: { help: 'the small WebP for lists instead of the picture' },
  },
  notes: ['Saves <id>[-preview].<jpg|png|webp>, never replaces a file, and prints the path of each.'],
  examples: [
    'easel jobs download job_01m83fj6n4c2b0zeaqh3rkcwez --out pictures',
    'easel jobs list --status succeeded --all --json | jq -r .id | xargs easel jobs download',
  ],
  run: downloadPictures,
};

async function downloadPictures(call: Call): Promise<ExitCode> {
  const { client, out, json, options } = call;
  const directory = options.text('out') ?? '.';
  const preview = options.flag('preview');
  call.client.connection.key();
  await prepareDirectory(directory);
  return forEachJob(call, async id => {
    const job = await client.json<JobAnswer>('GET', jobPath(id));
    const { bytes, contentType } = await fetchPicture(client, job, { preview });
    const name = preview ? `${id}-preview` : id;
    const file = await savePicture(directory, { name, contentType }, bytes);
    if (json) out.line(JSON.stringify({ id, file, contentType, bytes: bytes.length }));
    else out.line(out.isTerminal ? `${file}  ${out.paint.dim(sizeText(bytes.length))}` : file);
    return EXIT.ok;
  });
}
