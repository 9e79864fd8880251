/**
 * Gathering, the second half: what needs no drawing any more is delivered or ended, the photos of the rest are loaded,
 * and their requests become a file with the provider. Nothing of it costs anything yet.
 */
import { changeUpstream } from '../../common/economy/tending.ts';
import type { UpstreamBatch, UpstreamItem } from '../../common/economy/upstream-batch.ts';
import { drawingModel, type Run } from '../../common/job.ts';
import { type AttemptEnd, finish } from '../../common/jobs/finish.ts';
import { givenUp } from '../../common/jobs/renew.ts';
import type { BatchItem } from '../../common/platform/batch-model.ts';
import { isPlatformError } from '../../common/platform/errors.ts';
import type { DrawRequest } from '../../common/platform/model.ts';
import { failureOf } from '../attempt-failure.ts';
import { loadPhoto } from '../load-photo.ts';
import { findFinished } from '../store-picture.ts';
import { claimItems } from './begin-batch.ts';
import { endItems, readItems, settled } from './settle-items.ts';
import type { BatchWorker, Step } from './tend-upstream.ts';

/** Of all photos together: what remains is drawn with a later batch. */
const PHOTO_BYTES_MAX = 48 * 2 ** 20;

export async function sendItems(worker: BatchWorker, found: UpstreamBatch, signal: AbortSignal): Promise<Step> {
  const { engine, batches } = worker;
  const { items: claimed } = await claimItems(worker, found);
  const gathered = await changeUpstream(engine, found, { items: claimed });
  if (engine.clock.now() >= gathered.economyUntil) {
    return endItems(worker, gathered, {
      code: 'batch_unanswered',
      detail: 'the time of economy was over before it began',
    });
  }
  const requests: BatchItem[] = [];
  const sent: UpstreamItem[] = [];
  let bytes = 0;
  for (const { item, run } of await readItems(worker, gathered)) {
    signal.throwIfAborted();
    const prepared = bytes < PHOTO_BYTES_MAX ? await prepare(worker, run) : tooMuch();
    if ('kind' in prepared) {
      await finish(engine, run.id, run.fence, prepared);
      continue;
    }
    bytes += prepared.image.length;
    requests.push({ key: run.id, request: prepared });
    sent.push(item);
  }
  if (sent.length === 0) return settled(worker, gathered, 'none of its jobs was left to be drawn');
  const inputFile = await batches.upload(gathered.id, requests, { signal });
  await engine.point('upstream-uploaded');
  const batch = await changeUpstream(engine, gathered, { state: 'creating', items: sent, inputFile, troubles: 0 });
  await engine.point('upstream-creating');
  return { batch };
}

/** What to ask for; or how the attempt ends without asking. Throws when the bucket cannot be reached: tried again. */
async function prepare({ engine, stopping }: BatchWorker, run: Run): Promise<DrawRequest | AttemptEnd> {
  try {
    const finished = await findFinished(engine, run);
    if (finished) {
      const { output, path: outputPath, jobId } = finished;
      return { kind: 'delivered', output, outputPath, reused: jobId !== run.id };
    }
    const image = await loadPhoto(engine, run);
    if (await givenUp(engine, run.id)) return { kind: 'canceled', called: false };
    return { ...requestOf(run), image };
  } catch (error) {
    if (isPlatformError(error)) throw error;
    return failureOf(error, stopping, { called: false, providerDown: false });
  }
}

export function requestOf(run: Run): Omit<DrawRequest, 'image'> {
  const { style, prompt, options } = run;
  return { model: drawingModel(run), prompt, ...options, ...(style === undefined ? {} : { style }) };
}

function tooMuch(): AttemptEnd {
  return { kind: 'failed', code: 'interrupted', called: false, detail: 'the batch was full; the next one takes it' };
}
