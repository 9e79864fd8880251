/**
 * One wish from the photo to the picture on this disk: submit, follow, download, save. Whatever happens becomes an
 * outcome, so that one wish that fails leaves the others alone.
 */
import { randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import type { JobAnswer } from './answers.ts';
import type { Board } from './board.ts';
import type { Client } from './client.ts';
import { type Fault, Refusal } from './faults.ts';
import { fetchPicture } from './fetch-picture.ts';
import { asFault } from './file-fault.ts';
import { followJob } from './follow-job.ts';
import { remark } from './job-text.ts';
import { pictureName, savePicture } from './picture-file.ts';
import type { Wish } from './wishes.ts';

export interface Outcome {
  readonly wish: Wish;
  /** The job as it was last seen, if it came to one. */
  readonly job?: JobAnswer;
  /** Where the picture is. */
  readonly file?: string;
  readonly fault?: Fault;
  /** Whether the photo was on its way when it ended, so that the service may have the job without us knowing. */
  readonly unanswered?: boolean;
}

export interface Making {
  readonly client: Client;
  readonly board: Board;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly out: string;
  /** Do not wait for the picture. */
  readonly submitOnly: boolean;
  /** Lets only so many photos be on their way, and so many jobs be waited for. */
  readonly sending: <T>(work: () => Promise<T>) => Promise<T>;
  readonly waiting: <T>(work: () => Promise<T>) => Promise<T>;
  /** Why a wish of this kind need not be sent any more, such as a quota that is used up. */
  readonly pointless: (wish: Wish) => Fault | undefined;
  readonly refused: (wish: Wish, fault: Fault) => void;
}

/** Throws nothing but what is a mistake in this program. */
export async function makePicture(wish: Wish, making: Making): Promise<Outcome> {
  let last: Outcome = { wish };
  const seen = (job: JobAnswer) => {
    last = { wish, job };
    const sinceMs = Math.min(making.now(), Date.parse(job.createdAt));
    const note = [remark(job, making.now()), job.id].filter(Boolean).join('  ');
    if (!job.done) making.board.show(wish.label, { status: job.status, note, sinceMs });
  };
  try {
    const submitted = await making.sending(() => {
      making.signal.throwIfAborted();
      const obstacle = making.pointless(wish);
      if (obstacle) throw obstacle;
      last = { wish, unanswered: true };
      return submit(wish, making);
    });
    seen(submitted);
    if (making.submitOnly) return last;
    return await making.waiting(() => finish(wish, submitted, making, seen));
  } catch (error) {
    const fault = asFault(error);
    // A refusal is an answer: nothing is on its way any more.
    return { ...last, fault, unanswered: last.unanswered === true && !(fault instanceof Refusal) };
  }
}

/** A refusal is known to the others before the next of them gets its turn. */
async function submit(wish: Wish, { client, board, now, refused }: Making): Promise<JobAnswer> {
  board.show(wish.label, { status: 'sending', sinceMs: now() });
  const form = new FormData();
  for (const [name, value] of wish.fields) form.set(name, value);
  form.set('image', await openAsBlob(wish.photo), basename(wish.photo));
  try {
    return await client.json<JobAnswer>('POST', '/v1/jobs', { form, idempotencyKey: `easel-${randomUUID()}` });
  } catch (error) {
    refused(wish, asFault(error));
    throw error;
  }
}

async function finish(
  wish: Wish,
  submitted: JobAnswer,
  { client, signal, out, board }: Making,
  seen: (job: JobAnswer) => void,
): Promise<Outcome> {
  let job = submitted;
  for await (job of followJob(client, submitted, { signal })) seen(job);
  if (job.status !== 'succeeded') return { wish, job };
  board.show(wish.label, { status: 'saving' });
  const picture = await fetchPicture(client, job);
  const name = pictureName({ ...wish, style: job.style ?? 'prompt' });
  return { wish, job, file: await savePicture(out, { ...picture, name }, picture.bytes) };
}
